using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;

namespace TestKit;

/// <summary>Answers y = x + its version for rows of one float, so that an answer tells which version gave it and to which request. Uses its session for every run.</summary>
public sealed class VersionStampInstance(long version, LedgerSession session, TimeProvider time) : IModelInstance
{
    /// <summary>Input "x" and output "y", FP32, one value a row.</summary>
    public static ModelSignature Signature { get; } = SignatureBuilder.Echo(8, Datatype.FP32, 1);

    public void Run(Batch batch)
    {
        using var use = session.Enter();
        batch.InputReady = batch.Inferred = time.GetTimestamp();
        foreach (var entry in batch.Entries)
        {
            ref var x = ref entry.Inputs[entry.InputAt[0]];
            var y = entry.AddOutput(0, Datatype.FP32, [entry.Rows, 1], x.RawBytes);
            var values = MemoryMarshal.Cast<byte, float>(x.Content.Span);
            for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(y[(i * sizeof(float))..], values[i] + version);
        }
        batch.OutputReady = time.GetTimestamp();
    }

    public void Dispose()
    {
    }
}
