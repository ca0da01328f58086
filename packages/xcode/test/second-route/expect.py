"""Bundle IDs, entitlement keys and signed targets of real app schemes, found by a second route.

Usage: expect.py <folder of projects> > expected.json
Shares nothing with the TypeScript resolver: pldes (GNUstep) reads the project, Apple's rules are applied here.
null stands for what the files in the repository do not tell: a variable nobody sets is empty, as for Xcode, unless a
configuration file that the project requires is absent.
"""
import fnmatch, json, os, plistlib, re, subprocess, sys, unicodedata
import xml.etree.ElementTree as ET

SDK_VERSION = "26.0"
FILTER_NAMES = {"iphoneos": "ios", "appletvos": "tvos", "macosx": "macos"}
# An XPC service has its own bundle ID, entitlements and place for a profile (UTM's QEMUHelper sets all three).
SIGNED_TYPES = re.compile(
    r"com\.apple\.product-type\.(application(\..*)?|app-extension(\..*)?|extensionkit-extension"
    r"|tv-app-extension|watchkit2?-extension|xpc-service)$")
ASSIGNMENT = re.compile(r"^\s*([A-Za-z_]\w*)((?:\[[^\]]*\])*)\s*=(.*)$")
INCLUDE = re.compile(r'^\s*#include(\?)?\s*"([^"]*)"')

class Unknown(Exception):
    pass

def read_project(path):
    """What pldes prints is regular: dictionaries, arrays, words and quoted strings, without comments."""
    text = subprocess.run(["pldes", path], capture_output=True, check=True).stdout.decode()
    return read_value(iter(re.findall(r'"(?:[^"\\]|\\.)*"|[{}()]|[^\s{}()=;,"]+', text, re.S)))

def read_value(tokens):
    token = next(tokens)
    if token in "})":
        return None
    if token in "{(":
        items = list(iter(lambda: read_value(tokens), None))
        return items if token == "(" else dict(zip(items[::2], items[1::2]))
    return re.sub(r"\\(U[0-9A-Fa-f]{4}|.)", unescape, token[1:-1], flags=re.S) if token[0] == '"' else token

def unescape(match):
    return chr(int(match[1][1:], 16)) if len(match[1]) == 5 else {"n": "\n", "t": "\t"}.get(match[1], match[1])

class Project:
    def __init__(self, path):
        self.data = read_project(os.path.join(path, "project.pbxproj"))
        self.objects = self.data["objects"]
        self.root = self.objects[self.data["rootObject"]]
        self.name = os.path.basename(path)[: -len(".xcodeproj")]
        self.dir = os.path.normpath(os.path.join(os.path.dirname(path), self.root.get("projectDirPath", "")))
        self.parent = {c: k for k, o in self.objects.items() for c in o.get("children", [])}
    def file(self, ident):
        o = self.objects[ident]
        tree, path = o.get("sourceTree", "<group>"), o.get("path", "")
        above = self.file(self.parent[ident]) if tree == "<group>" and ident in self.parent else self.dir
        return os.path.normpath(os.path.join(above, path))
    def xcconfig(self, config):
        if "baseConfigurationReference" in config:
            return self.file(config["baseConfigurationReference"])
        if "baseConfigurationReferenceAnchor" in config:
            folder = self.file(config["baseConfigurationReferenceAnchor"])
            return os.path.join(folder, config["baseConfigurationReferenceRelativePath"])
    def configuration(self, owner, name):
        """The one of that name, else the default one."""
        found = self.objects[owner["buildConfigurationList"]]
        by_name = {self.objects[i]["name"]: self.objects[i] for i in found["buildConfigurations"]}
        return by_name.get(name) or by_name.get(found.get("defaultConfigurationName"))
    def dependencies(self, target, platform):
        for d in (self.objects.get(i, {}) for i in target.get("dependencies", [])):
            filters = d.get("platformFilters") or [d.get("platformFilter", platform)]
            proxy = self.objects.get(d.get("targetProxy"), {})
            ident = d.get("target") or proxy.get("remoteGlobalIDString")
            if ident in self.objects and platform in filters:
                yield ident
    def signed(self, main, platform):
        """The main target and what it needs on its platform, through frameworks too, in this project."""
        seen, queue = [], [main]
        while queue:
            ident = queue.pop(0)
            if ident not in seen:
                seen.append(ident)
                queue.extend(self.dependencies(self.objects[ident], platform))
        return [self.objects[i] for i in seen if SIGNED_TYPES.match(self.objects[i].get("productType", ""))]

def read_xcconfig(path, layer, active=()):
    """Pushes the assignments where they stand; false when a file that is not optional is absent."""
    if not os.path.isfile(path):
        return False
    complete = True
    text = open(path, encoding="utf-8-sig").read()
    for line in re.split(r"\r\n|[\n\r\u2028\u2029]", re.sub(r"\\\r?\n", " ", text)):
        include, match = INCLUDE.match(line), ASSIGNMENT.match(line.split("//")[0])
        if include and path not in active:
            inner = os.path.normpath(os.path.join(os.path.dirname(path), include[2]))
            complete &= read_xcconfig(inner, layer, active + (path,)) or bool(include[1])
        elif match:
            layer.append((match[1], match[2], match[3].strip().rstrip(";").strip()))
    return complete

def push_settings(settings, layer):
    for key, value in sorted(settings.items()):
        name, bracket, rest = key.partition("[")
        layer.append((name, bracket + rest, " ".join(value) if isinstance(value, list) else value))

def rfc1034(text):
    return re.sub(r"[^A-Za-z0-9-]|^[0-9]", "-", unicodedata.normalize("NFD", text))

def c99(text):
    return re.sub(r"[^A-Za-z0-9_]|^[0-9]", "_", text)

OPERATORS = {"lower": str.lower, "upper": str.upper, "rfc1034identifier": rfc1034, "identifier": c99,
             "c99extidentifier": c99, "file": os.path.basename, "dir": os.path.dirname,
             "base": lambda t: os.path.splitext(os.path.basename(t))[0]}

class Settings:
    def __init__(self, project, target, configuration):
        self.project, self.layer, self.configuration = project, [], configuration
        self.sdk, self.complete, complete = "", True, True
        for owner in (project.root, target):
            config = project.configuration(owner, configuration)
            path = project.xcconfig(config)
            complete &= path is None or read_xcconfig(path, self.layer)
            push_settings(config.get("buildSettings", {}), self.layer)
        self.builtin = {"TARGET_NAME": target["name"], "PROJECT_NAME": project.name, "CONFIGURATION": configuration,
                        "SRCROOT": project.dir, "PROJECT_DIR": project.dir}
        self.sdk = self.find_sdk()
        self.builtin["PLATFORM_NAME"], self.complete = self.sdk, complete
    def find_sdk(self):
        """The SDK of an archive: the device one; for `auto` the first of iOS, tvOS, watchOS, macOS that is supported."""
        root = self.get("SDKROOT") or "macosx"
        if root != "auto":
            return root
        supported = self.get("SUPPORTED_PLATFORMS").split()
        return next((s for s in ("iphoneos", "appletvos", "watchos", "xros", "macosx") if s in supported), "macosx")
    def holds(self, conditions):
        known = {"sdk": self.sdk + SDK_VERSION, "arch": "arm64", "config": self.configuration}
        pairs = re.findall(r"(\w+)=([^\],]*)", conditions)
        return all(pat == "*" or (k in known and fnmatch.fnmatchcase(known[k], pat)) for k, pat in pairs)
    def get(self, name, below=None):
        """The expanded value of the highest assignment that holds."""
        for i in reversed(range(len(self.layer) if below is None else below)):
            key, conditions, value = self.layer[i]
            if key == name and self.holds(conditions):
                return self.expand(value, name, i)
        if name not in self.builtin and not self.complete:
            raise Unknown(name)
        return self.expand(self.builtin.get(name, ""), name, 0)
    def expand(self, text, own=None, index=None):
        out, i = "", 0
        while i < len(text):
            if text[i] != "$" or i + 1 == len(text):
                out, i = out + text[i], i + 1
            elif text[i + 1] == "$":
                out, i = out + "$", i + 2
            elif text[i + 1] in "({[":
                end = closing(text, i + 1)
                out, i = out + self.reference(text[i + 2 : end], own, index), end + 1
            else:
                name = re.match(r"\w*", text[i + 1 :])[0]
                out, i = out + (self.reference(name, own, index) if name else "$"), i + 1 + len(name)
        return out
    def reference(self, inside, own, index):
        name, *operators = split_outside(inside, ":")
        name = self.expand(name, own, index)
        value = self.get(own, index) if own and name in ("inherited", own) else self.get(name)
        for operator in operators:
            word, equals, operand = operator.partition("=")
            if word == "default":
                value = value or self.expand(operand, own, index)
            elif equals or word not in OPERATORS:
                raise Unknown(operator)
            else:
                value = OPERATORS[word](value)
        return value

def closing(text, at):
    pairs, depth = {"(": ")", "{": "}", "[": "]"}, 0
    for i in range(at, len(text)):
        depth += (text[i] == text[at]) - (text[i] == pairs[text[at]])
        if depth == 0:
            return i
    raise Unknown("unclosed " + text)

def split_outside(text, mark):
    parts, depth = [""], 0
    for c in text:
        depth += (c in "({[") - (c in ")}]")
        if c == mark and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return parts

def bundle_id(settings):
    found = settings.get("PRODUCT_BUNDLE_IDENTIFIER")
    if not found and settings.get("INFOPLIST_FILE"):
        found = settings.expand(read_plist(settings, settings.get("INFOPLIST_FILE")).get("CFBundleIdentifier", ""))
    return found or None

def entitlement_keys(settings):
    path = settings.get("CODE_SIGN_ENTITLEMENTS")
    return sorted(read_plist(settings, path)) if path else []

def read_plist(settings, path):
    with open(os.path.join(settings.project.dir, path), "rb") as file:
        return plistlib.load(file)

def needs_profile(settings, product_type):
    """Swift Build: an XPC service supports a profile, and requires one off macOS. TN3125: restricted entitlements do too."""
    if not product_type.endswith(".xpc-service") or settings.sdk != "macosx":
        return True
    path = settings.get("CODE_SIGN_ENTITLEMENTS")
    claimed = read_plist(settings, path) if path else {}
    groups = claimed.pop("com.apple.security.application-groups", [])
    return bool(settings.get("PROVISIONING_PROFILE_SPECIFIER") or settings.get("PROVISIONING_PROFILE")
                or any(group.startswith("group.") for group in groups)
                or any(not key.startswith("com.apple.security.") for key in claimed))

def known(read, settings):
    try:
        return read(settings)
    except (Unknown, OSError, RecursionError):
        return None

def app_scheme(path, home):
    """(project path, target id, configuration) of the first archived app, or None."""
    scheme = ET.parse(path).getroot()
    for entry in scheme.iterfind("BuildAction/BuildActionEntries/BuildActionEntry"):
        ref = entry.find("BuildableReference")
        if entry.get("buildForArchiving") == "YES" and ref.get("BuildableName").endswith(".app"):
            container = os.path.join(home, ref.get("ReferencedContainer").partition(":")[2])
            configuration = scheme.find("ArchiveAction").get("buildConfiguration")
            return os.path.normpath(container), ref.get("BlueprintIdentifier"), configuration

def expected(path, home):
    found = app_scheme(path, home)
    project = Project(found[0]) if found and os.path.isdir(found[0]) else None
    if project is None or found[1] not in project.objects:
        return None
    main_sdk = Settings(project, project.objects[found[1]], found[2]).sdk
    targets = project.signed(found[1], FILTER_NAMES.get(main_sdk, main_sdk))
    settings = [(target, Settings(project, target, found[2])) for target in targets]
    return {"configuration": found[2], "targets": [
        {"target": target["name"], "bundleId": known(bundle_id, s), "entitlementKeys": known(entitlement_keys, s),
         "profile": needs_profile(s, target["productType"])} for target, s in settings]}

def main(root):
    table = []
    schemes = subprocess.run(["find", root, "-name", "*.xcscheme"], capture_output=True, check=True, text=True)
    for path in sorted(schemes.stdout.splitlines()):
        # A Swift package keeps its schemes in .swiftpm; they name projects from the folder of the package.
        home = re.split("/xcshareddata/|/[.]swiftpm/", path)[0]
        row = expected(path, os.path.dirname(home) if home.endswith(".xcodeproj") else home)
        if row:
            repository, _, project = os.path.relpath(home, root).partition(os.sep)
            key = {"repository": repository.replace("+", "/", 1), "project": project,
                   "scheme": os.path.basename(path)[: -len(".xcscheme")]}
            table.append({**key, **row})
    json.dump({"schemes": table}, sys.stdout, indent=2, ensure_ascii=False)
    print()

if __name__ == "__main__":
    main(sys.argv[1])
