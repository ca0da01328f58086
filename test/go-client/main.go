// Reads the build protocol's answer the way existing Go clients do, but strictly: a field of another type, a field that
// the protocol does not have, or a key that is not a P-256 key in PKCS#8 ends it with exit code 1.
//
// Takes BITRISE_BUILD_URL and BITRISE_BUILD_API_TOKEN; prints what it found as one line of JSON.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

type cookie struct {
	Name      string `json:"name"`
	Path      string `json:"path"`
	Value     string `json:"value"`
	Domain    string `json:"domain"`
	Secure    bool   `json:"secure"`
	Expires   string `json:"expires,omitempty"`
	MaxAge    int    `json:"max_age,omitempty"`
	Httponly  bool   `json:"httponly"`
	ForDomain *bool  `json:"for_domain,omitempty"`
}

// Embedded by pointer: the decoder makes the part as soon as one of its keys occurs, even with null.
type AppleIDPart struct {
	AppleID              string              `json:"apple_id"`
	Password             string              `json:"password"`
	AppSpecificPassword  string              `json:"app_specific_password"`
	ConnectionExpiryDate *time.Time          `json:"connection_expiry_date"`
	SessionCookies       map[string][]cookie `json:"session_cookies"`
}

type APIKeyPart struct {
	KeyID               string `json:"key_id"`
	IssuerID            string `json:"issuer_id"`
	PrivateKey          string `json:"private_key"`
	IsEnterpriseAccount bool   `json:"is_enterprise_account"`
}

type testDevice struct {
	ID         int       `json:"id"`
	UserID     int       `json:"user_id"`
	DeviceID   string    `json:"device_identifier"`
	Title      string    `json:"title"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	DeviceType string    `json:"device_type"`
}

type answer struct {
	*AppleIDPart
	*APIKeyPart
	TestDevices []testDevice `json:"test_devices"`
	// The one key that is not of the protocol.
	Cordon *struct {
		Reason  string `json:"reason"`
		Message string `json:"message"`
	} `json:"cordon"`
}

type refusal struct {
	ErrorMsg string `json:"error_msg"`
}

type device struct {
	ID    int    `json:"id"`
	Title string `json:"title"`
	UDID  string `json:"udid"`
}

type report struct {
	Status       int    `json:"status"`
	ErrorMsg     string `json:"errorMsg,omitempty"`
	AppleID      bool   `json:"appleId"`
	APIKey       bool   `json:"apiKey"`
	KeyID        string `json:"keyId,omitempty"`
	IssuerID     string `json:"issuerId,omitempty"`
	IsEnterprise bool   `json:"isEnterprise"`
	// Hex of the public point: proof that the private key was read, without showing it.
	PublicKey string   `json:"publicKey,omitempty"`
	Devices   []device `json:"devices"`
	Reason    string   `json:"reason,omitempty"`
}

func main() {
	found, err := read(os.Getenv("BITRISE_BUILD_URL"), os.Getenv("BITRISE_BUILD_API_TOKEN"))
	if err != nil {
		fmt.Fprintf(os.Stderr, "error: %s\n", err)
		os.Exit(1)
	}
	line, _ := json.Marshal(found)
	fmt.Println(string(line))
}

func read(buildURL, token string) (*report, error) {
	status, body, err := fetch(buildURL, token)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return readRefusal(status, body)
	}
	return readAnswer(body)
}

func fetch(buildURL, token string) (int, []byte, error) {
	if buildURL == "" || token == "" {
		return 0, nil, errors.New("not a build: BITRISE_BUILD_URL or BITRISE_BUILD_API_TOKEN is empty")
	}
	request, err := http.NewRequest(http.MethodGet, buildURL+"/apple_developer_portal_data.json", nil)
	if err != nil {
		return 0, nil, err
	}
	request.Header.Add("BUILD_API_TOKEN", token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, body, err
}

func readRefusal(status int, body []byte) (*report, error) {
	var refused refusal
	if err := json.Unmarshal(body, &refused); err != nil {
		return nil, fmt.Errorf("status %d without a JSON object: %w", status, err)
	}
	if refused.ErrorMsg == "" {
		return nil, fmt.Errorf("status %d without error_msg", status)
	}
	return &report{Status: status, ErrorMsg: refused.ErrorMsg, Devices: []device{}}, nil
}

// Errors never repeat the body: it may hold the key.
func readAnswer(body []byte) (*report, error) {
	var got answer
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&got); err != nil {
		return nil, fmt.Errorf("the answer is not of the protocol: %w", err)
	}
	if bytes.Contains(body, []byte(":null")) {
		return nil, errors.New("the answer holds a null")
	}
	found := &report{Status: http.StatusOK, AppleID: got.AppleIDPart != nil, APIKey: got.APIKeyPart != nil}
	if got.Cordon != nil {
		found.Reason = got.Cordon.Reason
	}
	if err := readKey(got.APIKeyPart, found); err != nil {
		return nil, err
	}
	return found, readDevices(got.TestDevices, found)
}

func readKey(key *APIKeyPart, found *report) error {
	if key == nil {
		return nil
	}
	for _, field := range []struct{ name, value string }{
		{"issuer_id", key.IssuerID}, {"key_id", key.KeyID}, {"private_key", key.PrivateKey},
	} {
		if field.value == "" {
			return fmt.Errorf("invalid credentials, empty %s", field.name)
		}
	}
	public, err := publicKey(key.PrivateKey)
	if err != nil {
		return err
	}
	found.KeyID, found.IssuerID, found.IsEnterprise = key.KeyID, key.IssuerID, key.IsEnterpriseAccount
	found.PublicKey = public
	return nil
}

func publicKey(text string) (string, error) {
	const begin = "-----BEGIN PRIVATE KEY-----"
	if !strings.HasPrefix(text, begin) {
		text = begin + "\n" + text + "\n-----END PRIVATE KEY-----"
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return "", errors.New("private_key is not PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return "", errors.New("private_key is not PKCS#8")
	}
	key, isEC := parsed.(*ecdsa.PrivateKey)
	if !isEC || key.Curve != elliptic.P256() {
		return "", errors.New("private_key is not a P-256 key")
	}
	return fmt.Sprintf("%x", elliptic.Marshal(key.Curve, key.X, key.Y)), nil
}

func readDevices(devices []testDevice, found *report) error {
	found.Devices = []device{}
	for _, one := range devices {
		if one.ID <= 0 || one.UserID <= 0 {
			return fmt.Errorf("device %q has no positive ids", one.Title)
		}
		if one.CreatedAt.IsZero() || one.UpdatedAt.IsZero() {
			return fmt.Errorf("device %q has no dates", one.Title)
		}
		found.Devices = append(found.Devices, device{ID: one.ID, Title: one.Title, UDID: one.DeviceID})
	}
	return nil
}
