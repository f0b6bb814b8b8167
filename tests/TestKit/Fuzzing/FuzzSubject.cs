namespace TestKit.Fuzzing;

/// <summary>One decoder under fuzzing: what it is given, what it may take, and how what it took is checked. One thread at a time.</summary>
public abstract class FuzzSubject
{
    /// <summary>Well-formed inputs, of which all others are made.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    public abstract IMutator Mutator { get; }

    /// <summary>
    /// Bytes that decoding an input of that length may allocate. 64 KiB and 64 a byte: an error's words, and what objects take that one byte each can ask for.
    /// </summary>
    public virtual long AllowedBytes(int length) => (64 << 10) + (64L * length);

    /// <summary>Decodes; false where the input is refused. Any exception is a fault.</summary>
    public abstract bool Decode(byte[] input);

    /// <summary>Compares what <see cref="Decode"/> made of the input with what an independent reader makes of it; throws where they differ.</summary>
    public virtual void Check(byte[] input, bool taken)
    {
    }
}
