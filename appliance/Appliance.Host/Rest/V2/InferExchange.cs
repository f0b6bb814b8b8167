// Hot path: one per REST inference, pooled.
using System.Text;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.V2;

/// <summary>The memory of one inference request in this transport: its body and the model's name, into which the entry's views point.</summary>
internal sealed class InferExchange
{
    private static readonly DefaultObjectPool<InferExchange> Pool = new(new Policy(), maximumRetained: 1024);

    private byte[] _name = new byte[64];

    private InferExchange()
    {
    }

    public RequestBody Body { get; private set; } = null!;

    /// <summary>Whether outputs that say nothing of it are answered as raw bytes behind the JSON.</summary>
    public bool BinaryByDefault { get; set; }

    public static InferExchange Rent()
    {
        var exchange = Pool.Get();
        exchange.Body = RequestBody.Rent();
        return exchange;
    }

    public static void Return(InferExchange exchange)
    {
        RequestBody.Return(exchange.Body);
        Pool.Return(exchange);
    }

    /// <summary>The name as UTF-8, valid until the exchange is returned.</summary>
    public ReadOnlyMemory<byte> NameBytes(string model)
    {
        var length = Encoding.UTF8.GetByteCount(model);
        if (_name.Length < length) _name = new byte[length];
        Encoding.UTF8.GetBytes(model, _name);
        return _name.AsMemory(0, length);
    }

    private sealed class Policy : PooledObjectPolicy<InferExchange>
    {
        public override InferExchange Create() => new();

        public override bool Return(InferExchange exchange)
        {
            exchange.Body = null!;
            exchange.BinaryByDefault = false;
            return true;
        }
    }
}
