using System.Runtime.InteropServices;
using System.Text;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Contracts.Inference;
using Google.Protobuf;

namespace TestKit;

/// <summary>Fills a request's entry as a transport's decoder would. Not thread-safe.</summary>
public sealed class EntryBuilder(BatchEntry entry)
{
    public EntryBuilder() : this(new BatchEntry())
    {
    }

    public BatchEntry Build() => entry;

    public EntryBuilder For(string model, long version = 0)
    {
        entry.ModelName = Encoding.UTF8.GetBytes(model);
        entry.RequestedVersion = version;
        return this;
    }

    public EntryBuilder WithId(string id)
    {
        entry.Id = Encoding.UTF8.GetBytes(id);
        return this;
    }

    /// <summary>Adds a tensor of raw little-endian elements.</summary>
    public EntryBuilder Raw(string name, Datatype datatype, long[] shape, byte[] content) => Add(name, datatype, shape, content, typed: false);

    /// <summary>Adds a tensor in the typed protobuf form.</summary>
    public EntryBuilder Typed(string name, Datatype datatype, long[] shape, InferTensorContents contents) =>
        Add(name, datatype, shape, contents.ToByteArray(), typed: true);

    public EntryBuilder Floats(string name, long[] shape, params ReadOnlySpan<float> values) =>
        Raw(name, Datatype.FP32, shape, MemoryMarshal.AsBytes(values).ToArray());

    public EntryBuilder Strings(string name, long[] shape, params ReadOnlySpan<string> values) =>
        Raw(name, Datatype.Bytes, shape, RawStrings(values));

    /// <summary>Asks for outputs by name, in this order.</summary>
    public EntryBuilder Requesting(params ReadOnlySpan<string> outputs)
    {
        foreach (var output in outputs) entry.AddRequested().Name = Encoding.UTF8.GetBytes(output);
        return this;
    }

    /// <summary>Strings in the protocol's raw form: four bytes of length and the UTF-8, each.</summary>
    public static byte[] RawStrings(params ReadOnlySpan<string> values)
    {
        using var raw = new MemoryStream();
        foreach (var value in values)
        {
            var utf8 = Encoding.UTF8.GetBytes(value);
            raw.Write(BitConverter.GetBytes(utf8.Length));
            raw.Write(utf8);
        }
        return raw.ToArray();
    }

    private EntryBuilder Add(string name, Datatype datatype, long[] shape, byte[] content, bool typed)
    {
        ref var input = ref entry.AddInput();
        input.Name = Encoding.UTF8.GetBytes(name);
        input.Datatype = datatype;
        input.Content = content;
        input.Typed = typed;
        foreach (var dim in shape)
        {
            entry.AddDim(dim);
            input.Rank++;
        }
        return this;
    }
}
