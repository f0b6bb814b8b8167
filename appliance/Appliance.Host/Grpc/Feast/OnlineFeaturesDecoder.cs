// Hot path: a GetOnlineFeaturesRequest is read in place, once per request.
using System.Text;
using System.Text.Unicode;
using Appliance.Features.Reading;
using Appliance.Inference.Tensors;
using FeatureModel.Values;

namespace Appliance.Host.Grpc.Feast;

/// <summary>
/// Reads a serialized <c>feast.serving.GetOnlineFeaturesRequest</c>. Reused from request to request; what it points to is valid as long as the
/// request's bytes are. Never throws on malformed bytes.
/// </summary>
internal sealed class OnlineFeaturesDecoder
{
    private const string Malformed = "the request is not a feast.serving.GetOnlineFeaturesRequest";

    /// <summary>Names that are remembered, and how long one may be: the keys of an entity and a few inputs.</summary>
    private const int KeptNames = 16, KeptNameBytes = 128;

    private readonly List<(string Column, string Refusal)> _unreadable = [];

    // Of each column the name that it had last: callers ask for the same columns again and again.
    private readonly List<(byte[] Utf8, string Text)> _names = [];

    public OnlineFeaturesDecoder() => ReadReferences = References;

    /// <summary>The name of the feature service, or the references.</summary>
    public Func<string[]> ReadReferences { get; }

    /// <summary>The features asked for as they came: the field's tag and content. One list of features gives one plan.</summary>
    public ReadOnlyMemory<byte> Selection { get; private set; }

    /// <summary>Whether <see cref="Selection"/> is the name of a feature service, else a list of references.</summary>
    public bool IsService { get; private set; }

    public bool FullNames { get; private set; }

    public bool IncludeVersions { get; private set; }

    /// <summary>Join keys first, then the request context's columns.</summary>
    public EntityRows Rows { get; } = new();

    /// <summary>Columns with a value that no key or input can have, which reads as null, and why: of no account where nobody needs the column.</summary>
    public IReadOnlyList<(string Column, string Refusal)> Unreadable => _unreadable;

    /// <summary>Reads a request; null, or why it cannot be read.</summary>
    public string? Decode(ReadOnlyMemory<byte> message)
    {
        Selection = default;
        IsService = FullNames = IncludeVersions = false;
        Rows.Clear();
        _unreadable.Clear();
        var reader = new WireReader(message.Span);
        var context = false;
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (!reader.TryReadField(wire, out var payload, out var number)) return Malformed;
            string? error = null;
            switch (field, wire)
            {
                case (1 or 2, 2):
                    IsService = field == 1;
                    Selection = message.Slice(reader.Position - payload.Length, payload.Length);
                    break;
                case (3, 2): error = ReadColumn(payload, "entities"); break;
                case (4, 0): FullNames = number != 0; break;
                case (5, 2): context = true; break;
                case (6, 0): IncludeVersions = number != 0; break;
                case ( >= 1 and <= 6, _): return Malformed;
                default: break;
            }
            if (error is not null) return error;
        }
        if (!reader.AtEnd) return Malformed;
        return context ? ReadContext(message.Span) : null;
    }

    /// <summary>Why a column that the plan needs cannot be read; null where each can.</summary>
    public string? RefusalOf(FeatureReadPlan plan)
    {
        foreach (var (column, refusal) in _unreadable)
        {
            foreach (var required in plan.Required)
            {
                if (required.Name == column) return refusal;
            }
        }
        return null;
    }

    private string[] References()
    {
        if (IsService) return [Encoding.UTF8.GetString(Selection.Span)];
        var references = new List<string>();
        var reader = new WireReader(Selection.Span);
        while (reader.TryReadTag(out var field, out var wire) && reader.TryReadField(wire, out var payload, out _))
        {
            if (field == 1 && wire == 2) references.Add(Encoding.UTF8.GetString(payload));
        }
        return [.. references];
    }

    private bool TryName(ReadOnlySpan<byte> key, out string name)
    {
        var column = Rows.Count;
        name = "";
        if (column < _names.Count && key.SequenceEqual(_names[column].Utf8))
        {
            name = _names[column].Text;
            return true;
        }
        if (!Utf8.IsValid(key)) return false;
        name = Encoding.UTF8.GetString(key);
        if (column < KeptNames && column <= _names.Count && key.Length <= KeptNameBytes)
        {
            if (column == _names.Count) _names.Add(default);
            _names[column] = (key.ToArray(), name);
        }
        return true;
    }

    // Encoders may write the two maps in any order; the answer has the join keys first.
    private string? ReadContext(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        while (reader.TryReadTag(out var field, out var wire) && reader.TryReadField(wire, out var payload, out _))
        {
            if (field == 5 && ReadColumn(payload, "request_context") is { } error) return error;
        }
        return null;
    }

    private string? ReadColumn(ReadOnlySpan<byte> entry, string map)
    {
        ReadOnlySpan<byte> key = default, values = default;
        var reader = new WireReader(entry);
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (!reader.TryReadField(wire, out var payload, out _)) return Malformed;
            if (field is 1 or 2 && wire != 2) return Malformed;
            if (field == 1) key = payload;
            else if (field == 2) values = payload;
        }
        if (!reader.AtEnd) return Malformed;
        if (!TryName(key, out var name)) return $"{map} has a name that is not valid UTF-8";
        if (Rows.Find(name) >= 0) return $"{map} '{name}' is given twice";
        Rows.AddColumn(name);
        var taken = 0;
        while (FeastValueDecoder.TryReadInt64(values, ref taken, out var number)) Rows.Add(FeatureValue.Of(number));
        var each = new WireReader(values[taken..]);
        while (each.TryReadTag(out var field, out var wire))
        {
            if (!each.TryReadField(wire, out var payload, out _)) return Malformed;
            if (field != 1) continue;
            if (wire != 2 || !FeastValueDecoder.TryRead(payload, out var value, out var refusal)) return Malformed;
            if (refusal is not null) _unreadable.Add((name, $"{map} '{name}'[{Rows.Values(Rows.Count - 1).Length}] is {refusal}; it must be a single value"));
            Rows.Add(refusal is null ? value : FeatureValue.Null);
        }
        return each.AtEnd ? null : Malformed;
    }
}
