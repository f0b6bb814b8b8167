namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>What has arrived of the answer to one request.</summary>
public sealed class Answer
{
    private readonly List<(string Name, string Value)> _headers = [];
    private readonly List<(string Name, string Value)> _trailers = [];
    private readonly MemoryStream _body = new();

    /// <summary>The status; 0 before the headers.</summary>
    public int Status { get; private set; }

    /// <summary>Whether the server has ended its side of the stream in good order.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The code of the server's RST_STREAM; null without one.</summary>
    public ErrorCode? Reset { get; private set; }

    public bool IsOver => IsComplete || Reset is not null;

    public long Length => _body.Length;

    public byte[] Body => _body.ToArray();

    /// <summary>The lengths of the DATA frames that carried something.</summary>
    public List<int> Pieces { get; } = [];

    public string? Header(string name) => _headers.FirstOrDefault(h => h.Name == name).Value;

    public string? Trailer(string name) => _trailers.FirstOrDefault(h => h.Name == name).Value;

    public void AddFields(List<(string Name, string Value)> fields, bool isLast)
    {
        Assert.False(IsOver, "Fields behind the end of a stream.");
        if (Status != 0)
        {
            Assert.True(isLast, "Trailers that do not end their stream.");
            Assert.DoesNotContain(fields, f => f.Name.StartsWith(':'));
            _trailers.AddRange(fields);
        }
        else
        {
            Assert.Equal(":status", fields[0].Name);
            Assert.DoesNotContain(fields.Skip(1), f => f.Name.StartsWith(':'));
            _headers.AddRange(fields);
            var status = int.Parse(fields[0].Value);
            // An interim answer is followed by the real one.
            Status = status is >= 100 and < 200 ? 0 : status;
        }
        IsComplete = isLast;
    }

    public void AddData(ReadOnlySpan<byte> data, bool isLast)
    {
        Assert.False(IsOver, "Data behind the end of a stream.");
        Assert.NotEqual(0, Status);
        _body.Write(data);
        if (!data.IsEmpty)
        {
            Pieces.Add(data.Length);
        }
        IsComplete = isLast;
    }

    public void End(ErrorCode code) => Reset = code;
}
