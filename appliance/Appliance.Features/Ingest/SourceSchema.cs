using System.Text;
using FeatureModel.Definitions;
using FeatureModel.Values;

namespace Appliance.Features.Ingest;

/// <summary>The fields of a source's events or rows, ready to be found in an event's data. Immutable.</summary>
public sealed class SourceSchema
{
    private readonly byte[][] _utf8Names;

    /// <param name="name">The source's.</param>
    /// <param name="columns">Of checked definitions (<see cref="SourceColumns"/>).</param>
    public SourceSchema(string name, IReadOnlyList<FieldDefinition> columns)
    {
        Name = name;
        Fields = [.. columns.Select(f => (f.Name, FeatureDataTypes.TryParse(f.Type, out var type) ? type : FeatureDataType.String))];
        _utf8Names = [.. Fields.Select(f => Encoding.UTF8.GetBytes(f.Name))];
    }

    public string Name { get; }

    public IReadOnlyList<(string Name, FeatureDataType Type)> Fields { get; }

    /// <summary>The field of that name, or -1. <paramref name="guess"/> is tried first: events name their fields in one order.</summary>
    public int Find(ReadOnlySpan<byte> utf8Name, int guess)
    {
        if ((uint)guess < (uint)_utf8Names.Length && utf8Name.SequenceEqual(_utf8Names[guess])) return guess;
        for (var i = 0; i < _utf8Names.Length; i++)
        {
            if (utf8Name.SequenceEqual(_utf8Names[i])) return i;
        }
        return -1;
    }

    /// <inheritdoc cref="Find(ReadOnlySpan{byte}, int)"/>
    public int Find(string name)
    {
        for (var i = 0; i < Fields.Count; i++)
        {
            if (Fields[i].Name == name) return i;
        }
        return -1;
    }
}
