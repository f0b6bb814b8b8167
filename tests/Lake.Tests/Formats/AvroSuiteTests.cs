using Avro.Generic;
using Lake.Files.Avro;

namespace Lake.Tests.Formats;

/// <summary>Avro's own files, by the reader of manifests.</summary>
public sealed class AvroSuiteTests
{
    [Fact]
    public void Files_without_a_codec_and_deflated_ones_have_the_same_items()
    {
        using var files = new TckArchive("avro-share-test.tar.xz");
        var plain = Read(files, "weather.avro");
        Assert.Equal(5, plain.Count);
        Assert.Equal("011990-99999", plain[0]["station"]);
        Assert.Equal(plain, Read(files, "weather-deflate.avro"));
        Assert.Equal(Sorted(plain), Sorted(Read(files, "weather-sorted.avro")));
    }

    [Theory]
    [InlineData("weather-snappy.avro", "snappy")]
    [InlineData("weather-zstd.avro", "zstandard")]
    public void A_codec_that_is_not_read_is_named(string name, string codec)
    {
        using var files = new TckArchive("avro-share-test.tar.xz");
        var e = Assert.Throws<LakeFormatException>(() => Read(files, name));
        Assert.Equal($"{name}: the file's codec is {codec}; null and deflate are read here", e.Message);
    }

    [Fact]
    public void A_file_of_an_older_format_is_no_avro_file()
    {
        using var files = new TckArchive("avro-share-test.tar.xz");
        Assert.StartsWith("test.avro12 is no whole Avro file", Assert.Throws<LakeFormatException>(() => Read(files, "test.avro12")).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<GenericRecord> Sorted(List<GenericRecord> records) => records.OrderBy(r => (string)r["station"], StringComparer.Ordinal).ThenBy(r => (long)r["time"]);

    private static List<GenericRecord> Read(TckArchive files, string name) =>
        AvroContainer.Read(name, File.ReadAllBytes(files[$"share/test/data/{name}"]), schema => new GenericDatumReader<GenericRecord>(schema, schema));
}
