import Embedded
import HTTPClient
import TestSupport
import Testing

@testable import ObjectStore

/// AWS's own Python client reads what we wrote, and we read what it wrote.
@Suite(.timeLimit(.minutes(1)))
struct Boto3Tests {
    private static let key = "dir/grüße + 1&2 %25~.txt"

    /// Runs `script` with `s3`, `bucket` and `key` at hand.
    private func python(_ script: String, _ store: SigV4ObjectStore, _ arguments: String...) async throws -> String {
        let prelude = """
            import sys, hashlib, urllib.request, boto3
            from botocore.config import Config
            endpoint, bucket, key = sys.argv[1:4]
            s3 = boto3.client('s3', endpoint_url=endpoint, region_name='us-east-1',
                              config=Config(s3={'addressing_style': 'path'}, signature_version='s3v4'))

            """
        let configuration = store.configuration
        let result = try await Subprocess.run(
            Command(
                TestS3.repository + "/.venv/bin/python",
                ["-c", prelude + script, configuration.endpoint, configuration.bucket, Self.key] + arguments,
                environment: ["AWS_ACCESS_KEY_ID": TestS3.accessKey, "AWS_SECRET_ACCESS_KEY": TestS3.secretKey]))
        try #require(result.ending.isSuccess, "\(result.output)")
        return result.output
    }

    /// More than two parts, made of a block that is as long as no part is.
    private static let large: [UInt8] = {
        let block = (0..<65_521).map { UInt8($0 % 251) }
        return (0..<170).reduce(into: []) { bytes, _ in bytes += block }
    }()

    @Test func itReadsWhatWeWrote() async throws {
        let store = try await TestS3.shared.store()
        try await store.put(Self.key, Array("from Swift".utf8), contentType: "text/x-test")
        try await store.put("large", Self.large, contentType: "application/zip")
        let url = try store.presignGet("large", expires: .seconds(60), filename: "a b.zip")
        let output = try await python(
            """
            small = s3.get_object(Bucket=bucket, Key=key)
            print(small['Body'].read().decode(), small['ContentType'])
            print(hashlib.sha256(s3.get_object(Bucket=bucket, Key='large')['Body'].read()).hexdigest())
            print(sorted(item['Key'] for item in s3.list_objects_v2(Bucket=bucket)['Contents']) == [key, 'large'])
            with urllib.request.urlopen(sys.argv[4]) as answer:
                print(hashlib.sha256(answer.read()).hexdigest())
            """, store, url)
        #expect(output == "from Swift text/x-test\n\(SHA256.hex(Self.large))\nTrue\n\(SHA256.hex(Self.large))\n")
    }

    @Test func weReadWhatItWrote() async throws {
        let store = try await TestS3.shared.store()
        let url = try await python(
            """
            s3.put_object(Bucket=bucket, Key=key, Body=b'from Python', ContentType='text/x-test')
            body = bytes(index % 251 for index in range(65_521)) * 170
            upload = s3.create_multipart_upload(Bucket=bucket, Key='large')['UploadId']
            parts = []
            for number, start in enumerate(range(0, len(body), 5242880), 1):
                part = s3.upload_part(Bucket=bucket, Key='large', PartNumber=number, UploadId=upload,
                                      Body=body[start:start + 5242880])
                parts.append({'PartNumber': number, 'ETag': part['ETag']})
            s3.complete_multipart_upload(Bucket=bucket, Key='large', UploadId=upload,
                                         MultipartUpload={'Parts': parts})
            print(s3.generate_presigned_url('get_object', Params={'Bucket': bucket, 'Key': key}, ExpiresIn=60), end='')
            """, store)
        let object = try await store.get(Self.key)
        #expect(object.info == ObjectInfo(length: 11, contentType: "text/x-test"))
        #expect(try await object.body.collect(limit: 11) == Array("from Python".utf8))
        var hash = SHA256()
        for try await chunk in try await store.get("large").body { hash.update(chunk) }
        #expect(hash.finish() == SHA256.digest(Self.large))
        let client = HTTPClient(loops: TestS3.loops, egress: .allowing(hosts: ["127.0.0.1"], plainHTTP: true))
        let response = try await client.send(ClientRequest(url: url))
        #expect(try await response.body.collect(limit: 11) == Array("from Python".utf8))
    }
}
