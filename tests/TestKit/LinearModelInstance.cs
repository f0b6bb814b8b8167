using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace TestKit;

/// <summary>
/// A model that needs no runtime: the sigmoid of a weighted sum of every input value, in the signature's order. Numbers count as they are,
/// a text as its length in bytes. An output gets the score in its own type: a float as it is, a whole number in percent, a truth value and
/// a text ("yes", "no") by whether it is at least one half; column j of an output gets the score divided by j + 1.
/// </summary>
public sealed class LinearModelInstance(ModelSignature signature, double bias, params double[] weights) : IModelInstance
{
    private int _runs;

    /// <summary>Called at the start of every run; it may block.</summary>
    public Action OnRun { get; set; } = () => { };

    /// <summary>Values on which the run fails.</summary>
    public Predicate<double> Faults { get; set; } = _ => false;

    public int Runs => Volatile.Read(ref _runs);

    public bool Disposed { get; private set; }

    public void Run(Batch batch)
    {
        ObjectDisposedException.ThrowIf(Disposed, this);
        Interlocked.Increment(ref _runs);
        OnRun();
        batch.InputReady = TimeProvider.System.GetTimestamp();
        var scores = batch.Entries.ToArray().Select(ScoresOf).ToArray();
        batch.Inferred = TimeProvider.System.GetTimestamp();
        for (var e = 0; e < scores.Length; e++) Answer(batch.Entries[e], scores[e]);
        batch.OutputReady = TimeProvider.System.GetTimestamp();
    }

    public void Dispose() => Disposed = true;

    /// <summary>What the model answers for one row.</summary>
    public double Score(params double[] values) => 1 / (1 + Math.Exp(-(bias + values.Select((v, i) => v * weights[i]).Sum())));

    private double[] ScoresOf(BatchEntry entry)
    {
        var values = Enumerable.Range(0, entry.Rows).Select(_ => new List<double>()).ToArray();
        for (var i = 0; i < signature.Inputs.Length; i++)
        {
            var view = entry.Inputs[entry.InputAt[i]];
            var columns = (int)signature.Inputs[i].RowElements;
            var all = Values(view.Content.Span, view.Datatype);
            for (var v = 0; v < all.Count; v++) values[v / columns].Add(all[v]);
        }
        if (values.SelectMany(v => v).FirstOrDefault(v => Faults(v), double.NaN) is var fault && !double.IsNaN(fault))
        {
            throw new InferenceFaultException(string.Create(CultureInfo.InvariantCulture, $"the value {fault} cannot be scored"));
        }
        return [.. values.Select(v => Score([.. v]))];
    }

    private void Answer(BatchEntry entry, double[] scores)
    {
        for (var o = 0; o < entry.OutputIndexCount; o++)
        {
            var spec = signature.Outputs[entry.OutputIndices[o]];
            var bytes = new List<byte>();
            foreach (var score in scores)
            {
                for (var column = 0; column < spec.RowElements; column++) bytes.AddRange(Element(spec.Datatype, score / (column + 1)));
            }
            long[] shape = spec.Batched ? [entry.Rows, .. spec.Dims!] : spec.Dims!;
            bytes.ToArray().CopyTo(entry.AddOutput(entry.OutputIndices[o], spec.Datatype, shape, bytes.Count));
        }
    }

    private static List<double> Values(ReadOnlySpan<byte> content, Datatype datatype)
    {
        var values = new List<double>();
        while (!content.IsEmpty)
        {
            var size = datatype == Datatype.Bytes ? 4 + BinaryPrimitives.ReadInt32LittleEndian(content) : datatype.Size();
            values.Add(datatype switch
            {
                Datatype.Bytes => size - 4,
                Datatype.FP16 => (double)BinaryPrimitives.ReadHalfLittleEndian(content),
                Datatype.FP32 => BinaryPrimitives.ReadSingleLittleEndian(content),
                Datatype.FP64 => BinaryPrimitives.ReadDoubleLittleEndian(content),
                Datatype.Bool or Datatype.UInt8 => content[0],
                Datatype.Int8 => (sbyte)content[0],
                Datatype.Int16 => BinaryPrimitives.ReadInt16LittleEndian(content),
                Datatype.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(content),
                Datatype.Int32 => BinaryPrimitives.ReadInt32LittleEndian(content),
                Datatype.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(content),
                Datatype.Int64 => BinaryPrimitives.ReadInt64LittleEndian(content),
                Datatype.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(content),
                Datatype.BF16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(content) << 16),
                _ => throw new ArgumentOutOfRangeException(nameof(datatype), datatype, "not a tensor datatype"),
            });
            content = content[size..];
        }
        return values;
    }

    private static byte[] Element(Datatype datatype, double score)
    {
        var percent = (long)Math.Round(score * 100);
        return datatype switch
        {
            Datatype.FP16 => BitConverter.GetBytes((Half)score),
            Datatype.BF16 => BitConverter.GetBytes((float)score)[2..],
            Datatype.FP32 => BitConverter.GetBytes((float)score),
            Datatype.FP64 => BitConverter.GetBytes(score),
            Datatype.Bool => [(byte)(score >= 0.5 ? 1 : 0)],
            Datatype.Bytes => Text(score >= 0.5 ? "yes" : "no"),
            _ => BitConverter.GetBytes(percent)[..datatype.Size()],
        };
    }

    private static byte[] Text(string text) => [.. BitConverter.GetBytes(text.Length), .. Encoding.UTF8.GetBytes(text)];
}
