using System.Text;
using Appliance.Http2.Hpack;

namespace Appliance.Http2.Tests.Hpack;

/// <summary>Keeps the fields of the blocks that it was given.</summary>
internal sealed class CollectingSink : IHeaderSink
{
    public List<(KnownHeader Known, string Name, string Value)> Fields { get; } = [];

    /// <summary>The fields, each as "name: value".</summary>
    public IEnumerable<string> Lines => Fields.Select(line => $"{line.Name}: {line.Value}");

    public void Field(KnownHeader known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        Fields.Add((known, Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value)));
}
