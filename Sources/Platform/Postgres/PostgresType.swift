/// The object id of a built-in type (`pg_type.oid`, fixed for all time by pg_type.dat).
package struct PostgresType: Hashable, Sendable {
    package let oid: UInt32

    package init(oid: UInt32) { self.oid = oid }

    package static let bool = PostgresType(oid: 16)
    package static let bytea = PostgresType(oid: 17)
    package static let int8 = PostgresType(oid: 20)
    package static let text = PostgresType(oid: 25)
    package static let float8 = PostgresType(oid: 701)
    package static let textArray = PostgresType(oid: 1009)
    package static let int8Array = PostgresType(oid: 1016)
    package static let timestamptz = PostgresType(oid: 1184)
    package static let interval = PostgresType(oid: 1186)
    package static let uuid = PostgresType(oid: 2950)
    package static let uuidArray = PostgresType(oid: 2951)
    package static let jsonb = PostgresType(oid: 3802)
}
