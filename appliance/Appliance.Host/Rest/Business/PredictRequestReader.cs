// Hot path: walks each request body once before its features are read.
using System.Text.Json;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring;

namespace Appliance.Host.Rest.Business;

/// <summary>
/// Checks the shape of a scoring request and finds what stands where: the version has to be known before a feature or an entity can be
/// checked, and it may come after them. Errors go into the entry. Pooled; not thread-safe.
/// </summary>
internal sealed class PredictRequestReader
{
    private const int KeptRows = 4096;

    private PredictRow[] _rows = new PredictRow[1];

    public int RowCount { get; private set; }

    /// <summary>Whether the body is an array, so that the answer is one too.</summary>
    public bool IsArray { get; private set; }

    /// <summary>The version asked for; 0 for none.</summary>
    public long Version { get; private set; }

    public string? RequestId { get; private set; }

    /// <summary>Whether a row asks where its values came from: then all are told.</summary>
    public bool Explain { get; private set; }

    /// <summary>The features of a row as they stand in the body; empty where it has none.</summary>
    public ReadOnlySpan<byte> FeaturesOf(int row, ReadOnlySpan<byte> body) => body.Slice(_rows[row].Features.Start, _rows[row].Features.Length);

    /// <summary>The entity of a row as it stands in the body; empty where it has none.</summary>
    public ReadOnlySpan<byte> EntityOf(int row, ReadOnlySpan<byte> body) => body.Slice(_rows[row].Entity.Start, _rows[row].Entity.Length);

    /// <summary>The userId of a row as it stands in the body; empty where it has none.</summary>
    public ReadOnlySpan<byte> UserIdOf(int row, ReadOnlySpan<byte> body) => body.Slice(_rows[row].UserId.Start, _rows[row].UserId.Length);

    /// <summary>A row brings no features, and nothing that they could be read by.</summary>
    /// <param name="why">Goes on with the message: why they are not read by what the row brings.</param>
    public ScoreStatus RefuseWithoutFeatures(int row, BatchEntry entry, string why = "")
    {
        var field = IsArray ? $"[{row}].features" : "features";
        return entry.Fail(ScoreStatus.InvalidArgument, $"{field} is missing; it must be an object of feature names and values{why}", field);
    }

    public ScoreStatus Read(ReadOnlySpan<byte> body, int maxDepth, BatchEntry entry)
    {
        RowCount = 0;
        IsArray = false;
        Version = 0;
        RequestId = null;
        Explain = false;
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = maxDepth });
            return ReadBody(ref reader, entry) ? ScoreStatus.Ok : ScoreStatus.InvalidArgument;
        }
        catch (JsonException e)
        {
            return entry.Fail(ScoreStatus.InvalidArgument, $"the body is not JSON that can be read here: {e.Message}");
        }
    }

    /// <summary>Gives a large table back.</summary>
    public void Reset()
    {
        if (_rows.Length > KeptRows) _rows = new PredictRow[1];
    }

    private bool ReadBody(ref Utf8JsonReader reader, BatchEntry entry)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            if (!ReadRow(ref reader, entry)) return false;
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            IsArray = true;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    return Refuse(entry, null, JsonWords.Of(ref reader), "an object with features");
                }
                if (!ReadRow(ref reader, entry)) return false;
            }
        }
        else
        {
            entry.Fail(
                ScoreStatus.InvalidArgument, $"the body is {JsonWords.Of(ref reader)}; it must be an object with features, or an array of them");
            return false;
        }
        // Only the end may follow; anything else throws.
        return !reader.Read();
    }

    private bool ReadRow(ref Utf8JsonReader reader, BatchEntry entry)
    {
        var seen = PredictMember.None;
        if (RowCount == _rows.Length) Array.Resize(ref _rows, RowCount * 2);
        _rows[RowCount] = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = MemberOf(ref reader);
            if (member == PredictMember.None) return RefuseUnknown(ref reader, entry);
            if ((seen & member) != 0)
            {
                var twice = Field(JsonWords.NameOf(ref reader));
                entry.Fail(ScoreStatus.InvalidArgument, $"{twice} is given twice", twice);
                return false;
            }
            seen |= member;
            reader.Read();
            if (!ReadMember(ref reader, member, entry)) return false;
        }
        ref readonly var row = ref _rows[RowCount];
        if (row.Features.Length == 0 && row.Entity.Length == 0 && row.UserId.Length == 0)
        {
            RefuseWithoutFeatures(RowCount, entry);
            return false;
        }
        RowCount++;
        return true;
    }

    private bool ReadMember(ref Utf8JsonReader reader, PredictMember member, BatchEntry entry)
    {
        switch (member)
        {
            case PredictMember.Features:
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    return Refuse(entry, "features", JsonWords.Of(ref reader), "an object of feature names and values");
                }
                _rows[RowCount].Features = Extent(ref reader);
                return true;
            case PredictMember.Entity when reader.TokenType != JsonTokenType.Null:
                if (reader.TokenType != JsonTokenType.StartObject) return Refuse(entry, "entity", JsonWords.Of(ref reader), "an object of join keys and values");
                _rows[RowCount].Entity = Extent(ref reader);
                return true;
            case PredictMember.UserId when reader.TokenType != JsonTokenType.Null:
                // Taken whether or not the model can use it, so that callers can send what they have; neither kept nor logged.
                if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
                {
                    return Refuse(entry, "userId", JsonWords.Of(ref reader), "a number or a string");
                }
                _rows[RowCount].UserId = Extent(ref reader);
                return true;
            case PredictMember.Entity or PredictMember.UserId:
                return true;
            case PredictMember.Explain:
                Explain |= reader.TokenType == JsonTokenType.True;
                return reader.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
                    || Refuse(entry, "explain", JsonWords.Of(ref reader), "true or false");
            case PredictMember.Version:
                return reader.TokenType == JsonTokenType.Null || ReadVersion(ref reader, entry);
            default:
                return reader.TokenType == JsonTokenType.Null || ReadRequestId(ref reader, entry);
        }
    }

    private static (int Start, int Length) Extent(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return (start, (int)reader.BytesConsumed - start);
    }

    private bool ReadVersion(ref Utf8JsonReader reader, BatchEntry entry)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var version) || version < 1)
        {
            return Refuse(entry, "version", JsonWords.Of(ref reader), "a whole number from 1");
        }
        if (Version != 0 && version != Version)
        {
            return Refuse(entry, "version", $"{version}", $"{Version} as in the rows before: one request is scored by one version");
        }
        Version = version;
        return true;
    }

    private bool ReadRequestId(ref Utf8JsonReader reader, BatchEntry entry)
    {
        if (reader.TokenType != JsonTokenType.String) return Refuse(entry, "requestId", JsonWords.Of(ref reader), "a string");
        if (!JsonWords.TryGetString(ref reader, out var id)) return Refuse(entry, "requestId", "not valid Unicode", "a string");
        if (id.Length is 0 or > RequestIds.MaxLength)
        {
            return Refuse(entry, "requestId", $"{id.Length} characters long", $"1 to {RequestIds.MaxLength}");
        }
        if (RequestId is not null && id != RequestId)
        {
            return Refuse(entry, "requestId", "another one than in the rows before", "the same in the whole request");
        }
        RequestId = id;
        return true;
    }

    private bool RefuseUnknown(ref Utf8JsonReader reader, BatchEntry entry)
    {
        var name = Field(JsonWords.NameOf(ref reader));
        entry.Fail(
            ScoreStatus.InvalidArgument, $"{name} is not a member of a request; the members are userId, entity, features, explain, requestId and version", name);
        return false;
    }

    private bool Refuse(BatchEntry entry, string? member, string what, string rule)
    {
        var field = Field(member);
        entry.Fail(ScoreStatus.InvalidArgument, $"{field} is {what}; it must be {rule}", field);
        return false;
    }

    private string Field(string? member)
    {
        if (!IsArray) return member!;
        return member is null ? $"[{RowCount}]" : $"[{RowCount}].{member}";
    }

    private static PredictMember MemberOf(ref Utf8JsonReader reader)
    {
        if (JsonText.Is(in reader, "features"u8)) return PredictMember.Features;
        if (JsonText.Is(in reader, "userId"u8)) return PredictMember.UserId;
        if (JsonText.Is(in reader, "requestId"u8)) return PredictMember.RequestId;
        if (JsonText.Is(in reader, "version"u8)) return PredictMember.Version;
        if (JsonText.Is(in reader, "entity"u8)) return PredictMember.Entity;
        return JsonText.Is(in reader, "explain"u8) ? PredictMember.Explain : PredictMember.None;
    }
}
