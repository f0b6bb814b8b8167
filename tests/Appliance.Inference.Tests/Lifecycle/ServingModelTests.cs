using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Inference.Tests.Lifecycle;

public sealed class ServingModelTests
{
    private readonly ServingModel _model = new ServedModelBuilder(SignatureBuilder.Echo(1, Datatype.FP32, 1), TimeProvider.System) { Version = 12 }.Build();

    [Fact]
    public void Leases_are_counted()
    {
        Assert.True(_model.TryAcquire());
        Assert.True(_model.TryAcquire());
        Assert.Equal(2, _model.Leases);
        _model.Release();
        Assert.Equal(1, _model.Leases);
        Assert.Equal("12", _model.VersionText);
    }

    [Fact]
    public void A_version_without_leases_is_drained_at_once()
    {
        Assert.True(_model.DrainAsync().IsCompletedSuccessfully);
        Assert.False(_model.TryAcquire());
        Assert.Equal(0, _model.Leases);
    }

    [Fact]
    public void A_version_is_drained_when_its_last_lease_is_back_and_gives_no_new_ones_meanwhile()
    {
        _model.TryAcquire();
        _model.TryAcquire();
        var drained = _model.DrainAsync();
        Assert.False(_model.TryAcquire());
        Assert.Equal(2, _model.Leases);
        _model.Release();
        Assert.False(drained.IsCompleted);
        _model.Release();
        Assert.True(drained.IsCompletedSuccessfully);
    }

    [Fact]
    public void Draining_twice_is_draining_once()
    {
        _model.TryAcquire();
        var drained = _model.DrainAsync();
        Assert.Same(drained, _model.DrainAsync());
        Assert.False(drained.IsCompleted);
        _model.Release();
        Assert.True(_model.DrainAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task No_lease_outlives_the_end_of_a_drain_however_they_race()
    {
        for (var round = 0; round < 300; round++)
        {
            var model = new ServedModelBuilder(_model.Signature, TimeProvider.System).Build();
            var drained = 0;
            var (acquired, released, heldAfterEnd) = (0, 0, 0);
            using var start = new Barrier(3);
            var callers = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    while (model.TryAcquire())
                    {
                        Interlocked.Increment(ref acquired);
                        if (Volatile.Read(ref drained) != 0) Interlocked.Increment(ref heldAfterEnd);
                        Interlocked.Increment(ref released);
                        model.Release();
                    }
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
            start.SignalAndWait(TestContext.Current.CancellationToken);
            await model.DrainAsync();
            Volatile.Write(ref drained, 1);
            await Task.WhenAll(callers);
            Assert.Equal((0, 0), (heldAfterEnd, model.Leases));
            Assert.Equal(acquired, released);
        }
    }
}
