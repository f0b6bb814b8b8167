using Appliance.Features.Verification;
using Microsoft.Extensions.Logging;
using TestKit;

namespace Appliance.Features.Tests.Verification;

/// <summary>How a verification ends.</summary>
public sealed class VerificationRunTests
{
    [Fact]
    public async Task A_fault_is_answered_and_logged()
    {
        var log = new RecordingLogger<FeatureVerification>();
        var run = new VerificationRun(3, new VerificationRequest(null, null), DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken);
        run.Start((_, _, _) => throw new IOException("the journal cannot be read at position 7"), log);
        await run.Completion;
        Assert.Equal((VerificationState.Failed, "the journal cannot be read at position 7"), (run.State, run.Error));
        Assert.Equal([new LoggedLine(EventIds.VerificationFailed, LogLevel.Error, "Verification 3 of what was served failed.")], log.Lines);
    }

    [Fact]
    public async Task One_that_is_ended_before_its_time_is_no_fault()
    {
        var log = new RecordingLogger<FeatureVerification>();
        var run = new VerificationRun(1, new VerificationRequest(null, null), DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken);
        run.Cancel();
        run.Start((_, _, stop) => throw new OperationCanceledException(stop), log);
        await run.Completion;
        Assert.Equal(VerificationState.Cancelled, run.State);
        Assert.Empty(log.Lines);
    }
}
