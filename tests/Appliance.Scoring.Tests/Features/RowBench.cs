using System.Text;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Appliance.Scoring.Features;
using Contracts;
using TestKit;

namespace Appliance.Scoring.Tests.Features;

/// <summary>Writes rows for one model and looks at the tensors or the error that come of them.</summary>
internal sealed class RowBench
{
    private readonly TestModels _models = new(TimeProvider.System);
    private readonly FeatureRowWriter _writer = new();

    public RowBench(ModelSignature signature, ModelManifest? manifest = null, double bias = 0, params double[] weights)
    {
        Instance = new LinearModelInstance(signature, bias, weights);
        _models.Serve("m", 1, signature, Instance, manifest);
        Assert.True(_models.Pipeline.TryRent(out var entry));
        Entry = entry;
        entry.ModelName = "m"u8.ToArray();
        Assert.Equal(ScoreStatus.Ok, _models.Pipeline.TryAcquire(entry));
        Binding = FeatureBinding.Of(entry.Model!);
    }

    public BatchEntry Entry { get; }
    public FeatureBinding Binding { get; }
    public LinearModelInstance Instance { get; }

    /// <summary>Writes rows of names and values; false when one was refused.</summary>
    public bool Write(RowPath path, params (string Name, object? Value)[][] rows)
    {
        _writer.Begin(Binding, Entry, path);
        return rows.All(WriteRow) && _writer.Finish() == ScoreStatus.Ok;
    }

    /// <summary>Writes rows that must be refused, and returns the error and its field.</summary>
    public (string Error, string? Field) Refused(RowPath path, params (string Name, object? Value)[][] rows)
    {
        Assert.False(Write(path, rows));
        Assert.Equal(ScoreStatus.InvalidArgument, Entry.Status);
        return (Entry.Error!, Entry.ErrorField);
    }

    public byte[] Tensor(int input) => Entry.Inputs[input].Content.ToArray();

    public float[] Floats(int input) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(Tensor(input)).ToArray();

    public async Task<ScoreStatus> RunAsync() => await _models.Pipeline.SubmitAsync(Entry);

    private bool WriteRow((string Name, object? Value)[] row)
    {
        if (!_writer.BeginRow()) return false;
        foreach (var (name, value) in row)
        {
            if (!_writer.Select(Encoding.UTF8.GetBytes(name)) || !Set(value)) return false;
        }
        return _writer.EndRow();
    }

    private bool Set(object? value) => value switch
    {
        null => _writer.SetNull(),
        double d => _writer.SetNumber(d),
        int i => _writer.SetInteger(i),
        long l => _writer.SetInteger(l),
        bool b => _writer.SetBool(b),
        string s => _writer.SetText(Encoding.UTF8.GetBytes(s)),
        _ => _writer.RefuseValue("an array"),
    };
}
