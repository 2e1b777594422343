/// `openapi.yaml`, compiled in, so that a binary and what it says of itself cannot part.
///
/// A target of its own: whoever edits the description compiles this and nothing else anew.
package enum Description {
    package static var yaml: [UInt8] { PackageResources.openapi_yaml }
}
