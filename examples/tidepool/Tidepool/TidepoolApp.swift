import SwiftUI

@main
struct TidepoolApp: App {
    var body: some Scene {
        WindowGroup {
            TideView(tide: Tide(height: 2.1, isRising: true))
        }
    }
}

struct Tide {
    let height: Double
    let isRising: Bool
}

struct TideView: View {
    let tide: Tide

    var body: some View {
        Label("\(tide.height, specifier: "%.1f") m", systemImage: tide.isRising ? "arrow.up" : "arrow.down")
            .font(.largeTitle)
    }
}
