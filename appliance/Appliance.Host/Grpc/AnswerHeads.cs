// Hot path: what is the same in many answers.
using System.Text;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Grpc;

/// <summary>The parts of one version's answers that are the same in many of them, encoded once. Thread-safe.</summary>
internal sealed class AnswerHeads
{
    // Answers of more rows have their tensors encoded each time, which hardly counts beside their rows. 32: some kilobytes a version.
    private const int MaxRows = 32;

    private readonly byte[]?[] _tensors = new byte[]?[MaxRows + 1];

    private AnswerHeads(ServingModel model)
    {
        var name = Encoding.UTF8.GetBytes(model.Name);
        var version = Encoding.ASCII.GetBytes(model.VersionText);
        Model = new byte[Wire.LengthDelimitedSize(name.Length) + Wire.LengthDelimitedSize(version.Length)];
        var at = Wire.WriteTagAndLength(Model, 1, name.Length);
        name.CopyTo(Model, at);
        at += name.Length;
        at += Wire.WriteTagAndLength(Model.AsSpan(at), 2, version.Length);
        version.CopyTo(Model, at);
    }

    /// <summary>The version's name and number, the same in every answer.</summary>
    public byte[] Model { get; }

    public static AnswerHeads Of(ServingModel model) => (AnswerHeads)(model.EncodedAnswers ??= new AnswerHeads(model));

    /// <summary>The tensors of an answer without their contents, where answers of so many rows have the same; null otherwise.</summary>
    public byte[]? TensorsOf(BatchEntry entry)
    {
        if (!entry.HasPlainOutputs || entry.Rows > MaxRows) return null;
        return _tensors[entry.Rows] ??= Encode(entry);
    }

    private static byte[] Encode(BatchEntry entry)
    {
        var tensors = new byte[InferResponseEncoder.SizeOfTensors(entry)];
        InferResponseEncoder.WriteTensors(entry, tensors);
        return tensors;
    }
}
