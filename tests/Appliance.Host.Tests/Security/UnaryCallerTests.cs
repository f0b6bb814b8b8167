using Appliance.Host.Security;
using Appliance.Host.Security.Calls;
using Appliance.Host.Security.Keys;
using Appliance.Host.Tests.Grpc;
using Appliance.Http2.Frames;
using TestKit;

namespace Appliance.Host.Tests.Security;

/// <summary>Callers of ModelInfer, where no request object is made for them.</summary>
public sealed class UnaryCallerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ModelInferRig _rig = new();
    private readonly SecurityMetrics _metrics = new();
    private readonly Principals _principals;
    private readonly FrameCaller _caller;

    public UnaryCallerTests()
    {
        Write(Entry("shop", "score"), Entry("other", "score", models: ["another"]), Entry("reader", "read"), Entry("slow", "score", rate: 2));
        _principals = new Principals(new SecurityOptions { KeysFile = _folder["keys.json"] }, _time, _metrics, new RecordingLogger<Principals>());
        _rig.Instance.Open();
        _caller = _rig.Connect(new ConnectionCallers(new CallerIdentity(_principals, _metrics), certificate: null));
    }

    public void Dispose()
    {
        _rig.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("x-api-key", "")]
    [InlineData("authorization", "Bearer ")]
    public async Task A_known_caller_is_answered_again_and_again(string header, string scheme)
    {
        for (var i = 0; i < 3; i++) Assert.Equal(7, (await _caller.EndAsync(_caller.Call(ModelInferRig.Body(), (header, scheme + KeyOf("shop"))))).Value);
        Assert.Equal(3, _metrics.CallsOf(Refusal.None));
        _rig.AllIsOver();
    }

    [Theory]
    [InlineData("", "16", "the call needs a key")]
    [InlineData("nobody", "16", "the key is not known here")]
    [InlineData("reader", "7", "principal 'reader' has role read; the call needs role score")]
    [InlineData("other", "7", "principal 'other' is limited to certain models, and 'm' is none of them")]
    public async Task Any_other_is_refused_and_the_next_call_is_judged_anew(string principal, string status, string message)
    {
        Assert.Equal(7, (await _caller.EndAsync(Call("shop"))).Value);
        var reply = await _caller.EndAsync(Call(principal));
        Assert.Equal(status, reply.Status);
        Assert.Contains(message, reply.Message);
        Assert.Equal(7, (await _caller.EndAsync(Call("shop"))).Value);
        _rig.AllIsOver();
    }

    [Fact]
    public async Task A_refusal_does_not_wait_for_the_body_and_what_comes_of_it_is_passed_over()
    {
        var stream = _caller.Begin();
        var reply = await _caller.EndAsync(stream);
        Assert.Equal("16", reply.Status);
        Assert.Equal((stream, Http2ErrorCode.NoError), Assert.Single(_caller.Resets));
        _caller.Send(FrameCaller.Data(stream, ModelInferRig.Body()));
        Assert.Equal(7, (await _caller.EndAsync(Call("shop"))).Value);
    }

    [Fact]
    public async Task A_key_that_is_too_long_is_no_key()
    {
        var reply = await _caller.EndAsync(_caller.Call(ModelInferRig.Body(), ("x-api-key", KeyOf("shop").PadRight(600, 'x'))));
        Assert.Equal("16", reply.Status);
    }

    [Fact]
    public async Task A_key_that_is_removed_is_refused_on_a_connection_that_is_open()
    {
        Assert.Equal(7, (await _caller.EndAsync(Call("shop"))).Value);
        Write(Entry("reader", "read"));
        _principals.Reload();
        Assert.Equal("16", (await _caller.EndAsync(Call("shop"))).Status);
    }

    [Fact]
    public async Task A_budget_is_kept_and_its_refusal_says_how_long()
    {
        for (var i = 0; i < 2; i++) Assert.Equal(7, (await _caller.EndAsync(Call("slow"))).Value);
        var reply = await _caller.EndAsync(Call("slow"));
        Assert.Equal(("8", "500"), (reply.Status, reply.Fields["retry-after-ms"]));
        Assert.Equal(7, (await _caller.EndAsync(Call("shop"))).Value);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(7, (await _caller.EndAsync(Call("slow"))).Value);
    }

    [Fact]
    public async Task Where_nobody_is_asked_keys_are_passed_over()
    {
        var open = _rig.Connect();
        Assert.Equal(7, (await open.EndAsync(open.Call(ModelInferRig.Body(), ("x-api-key", "anything")))).Value);
    }

    private int Call(string principal) => principal.Length == 0 ? _caller.Call(ModelInferRig.Body()) : _caller.Call(ModelInferRig.Body(), ("x-api-key", KeyOf(principal)));

    private void Write(params KeyEntry[] entries) => File.WriteAllBytes(_folder["keys.json"], new KeysDocument { Principals = [.. entries] }.ToJson());

    private static KeyEntry Entry(string name, string role, string[]? models = null, int? rate = null) =>
        new() { Name = name, Roles = [role], Models = models, RequestsPerSecond = rate, KeySha256 = ApiKey.HashOf(KeyOf(name)) };

    private static string KeyOf(string name) => SecuredHost.KeyOf(name);
}
