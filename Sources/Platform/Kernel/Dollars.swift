/// Micro-dollars as people read them.
package enum Dollars {
    /// As `$0.42`; whole cents, rounded in the direction that promises least. What is under a cent keeps its micro-dollars.
    ///
    /// - Parameter up: for what something may cost; else for what is left.
    package static func text(_ microdollars: Int64, roundedUp up: Bool) -> String {
        let cent: Int64 = 10_000
        guard microdollars >= cent else {
            return microdollars <= 0 ? "$0.00" : "$0." + padded(microdollars, 6)
        }
        let whole = microdollars / cent
        let cents = whole + (up && whole * cent < microdollars ? 1 : 0)
        return "$\(cents / 100)." + padded(cents % 100, 2)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
