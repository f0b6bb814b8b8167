// Hot path: one name and one value per feature and row.
using System.Buffers;
using System.Text;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Features;
using Contracts.Scoring;

namespace Appliance.Host.Grpc;

/// <summary>Reads the rows of a decoded message into the tensors of an entry. Pooled; not thread-safe.</summary>
internal sealed class FeatureRowDecoder : Microsoft.Extensions.ObjectPool.IResettable
{
    // Names and texts up to here are encoded on the stack.
    private const int StackBytes = 256;

    private readonly FeatureRowWriter _writer = new();

    public ScoreStatus Decode(ScoreRequest request, FeatureBinding binding, BatchEntry entry, StoredFeatures stored)
    {
        _writer.Begin(binding, entry, RowPath.Rows, stored, request.Explain);
        foreach (var row in request.Rows)
        {
            if (!DecodeRow(row)) return entry.Status;
        }
        return _writer.Finish();
    }

    /// <summary>Where the values of what was decoded came from; null where the request did not ask.</summary>
    public FeatureExplanation? Explain() => _writer.Explain();

    public bool TryReset() => _writer.TryReset();

    private bool DecodeRow(FeatureRow row)
    {
        if (!_writer.BeginRow()) return false;
        foreach (var (name, value) in row.Features)
        {
            if (!WithUtf8(name, TextRole.Feature) || !SetValue(value)) return false;
        }
        return (row.Entity.Count == 0 || DecodeEntity(row)) && _writer.EndRow();
    }

    private bool DecodeEntity(FeatureRow row)
    {
        if (!_writer.Entity.Begin()) return false;
        foreach (var (name, value) in row.Entity)
        {
            if (!WithUtf8(name, TextRole.Key) || !SetKey(value)) return false;
        }
        return true;
    }

    private bool SetKey(EntityKeyValue value) => value.KindCase switch
    {
        EntityKeyValue.KindOneofCase.Int64Value => _writer.Entity.SetInteger(value.Int64Value),
        EntityKeyValue.KindOneofCase.StringValue => WithUtf8(value.StringValue, TextRole.KeyValue),
        EntityKeyValue.KindOneofCase.DoubleValue => _writer.Entity.SetNumber(value.DoubleValue),
        EntityKeyValue.KindOneofCase.BoolValue => _writer.Entity.SetBool(value.BoolValue),
        _ => _writer.Entity.RefuseValue("empty"),
    };

    private bool SetValue(FeatureValue value) => value.KindCase switch
    {
        FeatureValue.KindOneofCase.DoubleValue => _writer.SetNumber(value.DoubleValue),
        FeatureValue.KindOneofCase.Int64Value => _writer.SetInteger(value.Int64Value),
        FeatureValue.KindOneofCase.BoolValue => _writer.SetBool(value.BoolValue),
        FeatureValue.KindOneofCase.StringValue => WithUtf8(value.StringValue, TextRole.FeatureValue),
        _ => _writer.SetNull(),
    };

    private bool WithUtf8(string text, TextRole role)
    {
        byte[]? rented = null;
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var buffer = most <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(most);
        var utf8 = buffer[..Encoding.UTF8.GetBytes(text, buffer)];
        var taken = role switch
        {
            TextRole.Feature => _writer.Select(utf8),
            TextRole.FeatureValue => _writer.SetText(utf8),
            TextRole.Key => _writer.Entity.Select(utf8),
            _ => _writer.Entity.SetText(utf8),
        };
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return taken;
    }

    private enum TextRole : byte
    {
        Feature,
        FeatureValue,
        Key,
        KeyValue,
    }
}
