internal import Service

@main
enum Main {
    static func main() { Program.main(Array(CommandLine.arguments.dropFirst())) }
}
