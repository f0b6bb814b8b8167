using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Malformed;

/// <summary>Callers who open calls and send nothing take no place from those who do send.</summary>
public sealed class AdmissionTests(CrowdedAppliance crowded) : IClassFixture<CrowdedAppliance>
{
    public static TheoryData<int> PartsSent => new(0, 3, 20);

    [Theory, MemberData(nameof(PartsSent))]
    public async Task More_calls_than_there_is_room_whose_bodies_never_come_leave_all_room_to_others(int sent)
    {
        var appliance = await crowded.StartedAsync();
        using var connection = await Http2Socket.OpenAsync(appliance.GrpcPort);
        for (var i = 0; i < 10 * CrowdedAppliance.Room; i++)
        {
            await connection.SendCallAsync((2 * i) + 1, BareGrpc.ModelInfer);
            await connection.SendFrameAsync(Http2Socket.Data, 0, (2 * i) + 1, CrowdedAppliance.Message.AsMemory(0, sent));
        }
        await connection.AllIsReadAsync();
        for (var i = 0; i < 20; i++) await BurstIsAnsweredAsync(appliance);
        Assert.Equal(0, await crowded.InsideAsync());
        connection.Abort();
    }

    [Fact]
    public async Task Calls_reset_right_after_their_headers_leave_no_place_taken()
    {
        const int Calls = 1000, Together = 50;
        var appliance = await crowded.StartedAsync();
        // Few on each connection: a server may end one that resets too many.
        for (var done = 0; done < Calls; done += Together)
        {
            using var connection = await Http2Socket.OpenAsync(appliance.GrpcPort);
            for (var i = 0; i < Together; i++)
            {
                await connection.SendCallAsync((2 * i) + 1, BareGrpc.ModelInfer);
                await connection.SendFrameAsync(Http2Socket.ResetStream, 0, (2 * i) + 1, new byte[] { 0, 0, 0, 8 });
            }
            await connection.AllIsReadAsync();
        }
        Assert.Equal(0, await crowded.InsideAsync());
        await BurstIsAnsweredAsync(appliance);
    }

    [Fact]
    public async Task Calls_reset_in_the_middle_of_their_bodies_leave_no_place_taken()
    {
        var appliance = await crowded.StartedAsync();
        using (var connection = await Http2Socket.OpenAsync(appliance.GrpcPort))
        {
            for (var i = 0; i < 50; i++)
            {
                await connection.SendCallAsync((2 * i) + 1, i % 2 == 0 ? BareGrpc.ModelInfer : BareGrpc.ModelStreamInfer);
                await connection.SendFrameAsync(Http2Socket.Data, 0, (2 * i) + 1, CrowdedAppliance.Message.AsMemory(0, 20));
                await connection.SendFrameAsync(Http2Socket.ResetStream, 0, (2 * i) + 1, new byte[] { 0, 0, 0, 8 });
            }
            await connection.AllIsReadAsync();
        }
        Assert.Equal(0, await crowded.InsideAsync());
        await BurstIsAnsweredAsync(appliance);
    }

    /// <summary>As many calls at once as there is room for: the last place is another model's.</summary>
    private static async Task BurstIsAnsweredAsync(ApplianceProcess appliance)
    {
        using var bare = new BareGrpc(appliance.GrpcPort);
        var replies = await Task.WhenAll(Enumerable.Range(0, CrowdedAppliance.Room - 1).Select(_ => bare.PostAsync(BareGrpc.ModelInfer, CrowdedAppliance.Message)));
        Assert.All(replies, reply => Assert.True(reply.Grpc == StatusCode.OK, $"{reply.Grpc} {reply.Message}"));
    }
}
