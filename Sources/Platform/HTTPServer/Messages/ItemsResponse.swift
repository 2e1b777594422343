package import Kernel

extension Response {
    /// A list in the one envelope that lists come in: `{"items": […]}`.
    package static func items(_ items: some Sequence<some JSONWritable>) -> Response {
        self.items(items) { item, json in item.write(to: &json) }
    }

    /// A list whose items `write` fills in, each an object.
    package static func items<Item>(
        _ items: some Sequence<Item>, _ write: (Item, inout JSONWriter) -> Void
    ) -> Response {
        json { json in
            json.object { json in
                json.key("items")
                json.array { json in for item in items { write(item, &json) } }
            }
        }
    }
}
