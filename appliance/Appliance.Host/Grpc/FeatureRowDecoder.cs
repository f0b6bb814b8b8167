// Hot path: one name and one value per feature and row.
using System.Buffers;
using System.Text;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring.Features;
using Contracts.Scoring;

namespace Appliance.Host.Grpc;

/// <summary>Reads the rows of a decoded message into the tensors of an entry. Pooled; not thread-safe.</summary>
internal sealed class FeatureRowDecoder : Microsoft.Extensions.ObjectPool.IResettable
{
    // Names and texts up to here are encoded on the stack.
    private const int StackBytes = 256;

    private readonly FeatureRowWriter _writer = new();

    public ScoreStatus Decode(ScoreRequest request, FeatureBinding binding, BatchEntry entry)
    {
        _writer.Begin(binding, entry, RowPath.Rows);
        foreach (var row in request.Rows)
        {
            if (!DecodeRow(row)) return ScoreStatus.InvalidArgument;
        }
        return _writer.Finish();
    }

    public bool TryReset() => _writer.TryReset();

    private bool DecodeRow(FeatureRow row)
    {
        if (!_writer.BeginRow()) return false;
        foreach (var (name, value) in row.Features)
        {
            if (!WithUtf8(name, isName: true) || !SetValue(value)) return false;
        }
        return _writer.EndRow();
    }

    private bool SetValue(FeatureValue value) => value.KindCase switch
    {
        FeatureValue.KindOneofCase.DoubleValue => _writer.SetNumber(value.DoubleValue),
        FeatureValue.KindOneofCase.Int64Value => _writer.SetInteger(value.Int64Value),
        FeatureValue.KindOneofCase.BoolValue => _writer.SetBool(value.BoolValue),
        FeatureValue.KindOneofCase.StringValue => WithUtf8(value.StringValue, isName: false),
        _ => _writer.SetNull(),
    };

    private bool WithUtf8(string text, bool isName)
    {
        byte[]? rented = null;
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var buffer = most <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(most);
        var utf8 = buffer[..Encoding.UTF8.GetBytes(text, buffer)];
        var taken = isName ? _writer.Select(utf8) : _writer.SetText(utf8);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return taken;
    }
}
