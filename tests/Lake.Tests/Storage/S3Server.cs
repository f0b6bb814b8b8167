using System.Diagnostics;
using System.Globalization;
using Lake.Storage;
using Lake.Tests.Foreign;
using TestKit;

namespace Lake.Tests.Storage;

/// <summary>The npm package s3rver on a free port, for the tests of a collection.</summary>
public sealed class S3Server : IAsyncLifetime
{
    public const string Bucket = "lake";

    private readonly TemporaryFolder _folder = new();
    private Process? _node;

    public async ValueTask InitializeAsync()
    {
        // A skip in a fixture would be a failure: the tests skip when they ask for the server.
        if (!ForeignReaders.IsInstalled("s3rver")) return;
        var start = ForeignReaders.Script("serve-s3.mjs", "s3rver");
        start.ArgumentList.Add(_folder.Path);
        start.ArgumentList.Add(Bucket);
        start.RedirectStandardInput = true;
        _node = Process.Start(start)!;
        var line = await _node.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Port = int.Parse(line ?? await _node.StandardError.ReadToEndAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>Where it listens on this machine.</summary>
    internal int Port { get; private set; }

    /// <summary>The file of its disk that has an object's bytes.</summary>
    internal string FileOf(string bucket, string key) => Path.Combine(_folder.Path, bucket, $"{key}._S3rver_object");

    /// <summary>Settings that reach it; skips the test where it is not installed.</summary>
    internal S3Options Options(string staging)
    {
        if (_node is null) Assert.Skip("npm package s3rver of tests/foreign is not installed; ./test.sh installs it, or npm ci in that folder");
        return new S3Options
        {
            ServiceUrl = $"http://127.0.0.1:{Port}",
            ForcePathStyle = true,
            AccessKey = "S3RVER",
            SecretKey = "S3RVER",
            StagingFolder = staging,
            MinWait = TimeSpan.FromMilliseconds(1),
        };
    }

    public ValueTask DisposeAsync()
    {
        _node?.Kill();
        _node?.WaitForExit();
        _node?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
