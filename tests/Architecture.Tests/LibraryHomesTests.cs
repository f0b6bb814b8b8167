using Xunit;

namespace Architecture.Tests;

public sealed class LibraryHomesTests
{
    // A library's namespace and the folders whose files may use it. Observers (tests, perf, native-aot) may use any.
    private static readonly (string Namespace, string[] Homes)[] Libraries =
    [
        ("Microsoft.ML.OnnxRuntime", ["appliance/Appliance.Inference/Onnx/", "trainer/Trainer/Export/"]),
        ("LightGBM", ["trainer/Trainer/Learners/"]),
        ("FASTER.", ["appliance/Appliance.Features/Store/", "appliance/Appliance.Features/Journal/"]),
        ("Confluent.Kafka", ["appliance/Appliance.Features/Ingest/Kafka"]),
        ("Grpc.", ["appliance/Appliance.Host/"]),
        ("ParquetSharp", ["lake/Lake/Files/Parquet/"]),
        ("DuckDB", ["lake/Lake/Query/"]),
        ("Avro", ["lake/Lake/Files/Avro/"]),
        ("Amazon.", ["lake/Lake/Storage/S3"]),
        ("nietras.SeparatedValues", ["lake/Lake/Import/Csv/"]),
        ("ZstdSharp", ["lake/Lake/Import/Sources/"]),
        ("Microsoft.Data.Sqlite", ["lake/Lake/Catalog/Sql"]),
        ("System.CommandLine", ["lake/LakeService/Commands/"]),
    ];

    private static readonly string[] Products = ["appliance/", "trainer/", "lake/"];

    [Fact]
    public void A_third_party_library_is_used_in_its_home_alone()
    {
        var wrong =
            from file in SourceTree.Files(".cs").Where(f => Products.Any(p => f.StartsWith(p, StringComparison.Ordinal)))
            from line in SourceTree.Read(file).Split('\n')
            from library in Libraries
            where line.StartsWith($"using {library.Namespace}", StringComparison.Ordinal)
            where !library.Homes.Any(h => file.StartsWith(h, StringComparison.Ordinal))
            select $"{file}: {line.Trim()}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Options_are_settable_after_construction_because_a_native_build_binds_nothing_else()
    {
        var wrong = SourceTree.Files("Options.cs").Where(f => !f.StartsWith("tests/", StringComparison.Ordinal))
            .Where(f => SourceTree.Read(f).Contains("init;", StringComparison.Ordinal));
        Assert.Empty(wrong);
    }
}
