using Appliance.Inference.Lifecycle;
using Microsoft.Extensions.Time.Testing;

namespace Appliance.Inference.Tests.Lifecycle;

public sealed class MemoryReturnTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryReturn _memory;
    private int _returns;

    public MemoryReturnTests() => _memory = new MemoryReturn(_time, () => _returns++);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Unloads_one_behind_the_other_cost_one_return()
    {
        for (var i = 0; i < 9; i++)
        {
            _memory.NoteUnload();
            _time.Advance(MemoryReturn.After / 10);
        }
        Assert.Equal(0, _returns);
        _time.Advance(MemoryReturn.After / 10);
        Assert.Equal(1, _returns);
        _time.Advance(10 * MemoryReturn.After);
        Assert.Equal(1, _returns);
    }

    [Fact]
    public void Who_goes_on_unloading_does_not_put_the_return_off()
    {
        for (var i = 0; i < 40; i++)
        {
            _memory.NoteUnload();
            _time.Advance(MemoryReturn.After / 10);
        }
        Assert.Equal(4, _returns);
    }
}
