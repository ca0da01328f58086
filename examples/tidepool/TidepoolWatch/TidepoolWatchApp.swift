import SwiftUI

@main
struct TidepoolWatchApp: App {
    var body: some Scene {
        WindowGroup {
            Label("2.1 m", systemImage: "water.waves")
        }
    }
}
