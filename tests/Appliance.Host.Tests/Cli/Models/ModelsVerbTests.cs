using System.Net;
using System.Text;
using Appliance.Host.Cli;
using Appliance.Host.Cli.Models;
using TestKit;

namespace Appliance.Host.Tests.Cli.Models;

/// <summary><c>appliance models</c> against nodes that answer as the test says.</summary>
public sealed class ModelsVerbTests : IDisposable
{
    private const string None = """{"code":200,"data":[],"requestId":"r"}""";
    private const string One = """{"code":200,"data":[{"model":"m","version":4,"state":"READY","reason":"","routed":true,"pinned":false}],"requestId":"r"}""";
    private const string Done = """{"code":200,"data":{"model":"m","version":5,"previousVersion":4},"requestId":"r"}""";

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new(), _errors = new();
    private readonly Nodes _nodes = new();
    private readonly CancellationTokenSource _stop = new();

    private ClientOptions Client { get; } = new();

    public void Dispose()
    {
        _folder.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Every_node_gets_the_version_behind_the_highest_of_all()
    {
        _nodes.Answers["GET a /api/models"] = (200, None);
        _nodes.Answers["GET b /api/models"] = (200, One);
        _nodes.Answers["GET b /api/models/m"] = (200, One);
        _nodes.Answers["PUT a /api/models/m/versions/5"] = (200, Done);
        _nodes.Answers["PUT b /api/models/m/versions/5"] = (200, Done);
        Assert.Equal(0, await DeployAsync());
        Assert.Contains("http://a: m version 5 is loaded and warm, and requests go to it, to 4 before", _output.ToString());
        Assert.Contains("http://b: m version 5 is loaded and warm", _output.ToString());
    }

    [Theory]
    [InlineData("1%", "1")]
    [InlineData("0.25", "0.25")]
    public async Task A_canary_is_asked_for_and_said(string share, string percent)
    {
        _nodes.Answers["PUT a /api/models/m/versions/5"] = (200, Done);
        Assert.Equal(0, await RunAsync("deploy", Graph(), "--name", "m", "--version", "5", "--canary", share, "--node", "http://a"));
        Assert.StartsWith($"?canary={percent}&author=", _nodes.LastQuery);
        Assert.Contains($"http://a: m version 5 is loaded and warm, and {percent} % of the requests go to it, the rest to 4", _output.ToString());
    }

    [Fact]
    public async Task A_node_that_refuses_leaves_the_others_as_they_were_asked_to_be()
    {
        _nodes.Answers["PUT a /api/models/m/versions/5"] = (400, """{"code":400,"message":"failed to load 'm'","requestId":"r"}""");
        _nodes.Answers["PUT b /api/models/m/versions/5"] = (200, Done);
        Assert.Equal(1, await DeployAsync("--version", "5"));
        Assert.Contains("http://b: m version 5 is loaded", _output.ToString());
        Assert.Contains("1 of 2 nodes have m version 5: http://b\n", _errors.ToString());
        Assert.Contains("http://a has not: failed to load 'm'\n", _errors.ToString());
        Assert.Contains("give the same command with --version 5 again", _errors.ToString());
        Assert.Contains("or take it back: appliance models rollback m --node http://b\n", _errors.ToString());
    }

    [Fact]
    public async Task A_node_whose_versions_are_not_known_is_not_asked()
    {
        _nodes.Answers["GET b /api/models"] = (200, None);
        _nodes.Answers["PUT b /api/models/m/versions/1"] = (200, """{"code":200,"data":{"model":"m","version":1,"previousVersion":0},"requestId":"r"}""");
        Assert.Equal(1, await DeployAsync());
        Assert.Contains("http://a has not: it cannot be reached", _errors.ToString());
        Assert.DoesNotContain(_nodes.Asked, a => a.StartsWith("PUT a", StringComparison.Ordinal));
        Assert.Contains("take it back: appliance models delete m --node http://b\n", _errors.ToString());
    }

    [Fact]
    public async Task An_interrupt_says_which_nodes_have_it_and_which_were_not_asked()
    {
        _nodes.Answers["PUT a /api/models/m/versions/5"] = (200, Done);
        _nodes.On["PUT b /api/models/m/versions/5"] = _stop.Cancel;
        Assert.Equal(1, await RunAsync("deploy", Graph(), "--name", "m", "--version", "5", "--node", "http://a", "--node", "http://b", "--node", "http://c"));
        Assert.Contains("appliance: interrupted\n", _errors.ToString());
        Assert.Contains("1 of 3 nodes have m version 5: http://a\n", _errors.ToString());
        Assert.Contains("http://b has not: it was interrupted, and has the version if its files had all arrived: appliance models describe m --node http://b\n", _errors.ToString());
        Assert.Contains("http://c has not: it was not asked\n", _errors.ToString());
    }

    [Theory]
    [InlineData(1, 2, "http://a: requests for m go to version 1 now, to 2 before; it is pinned until the next deployment\n")]
    [InlineData(1, 1, "http://a: all requests for m go to version 1 now, which had most of them before; it is pinned until the next deployment\n")]
    public async Task A_roll_back_says_where_the_requests_go_and_went(int version, int before, string expected)
    {
        _nodes.Answers["POST a /api/models/m/rollback"] = (200, $$$"""{"code":200,"data":{"model":"m","version":{{{version}}},"previousVersion":{{{before}}}},"requestId":"r"}""");
        Assert.Equal(0, await RunAsync("rollback", "m", "--node", "http://a"));
        Assert.Equal(expected, _output.ToString());
    }

    [Fact]
    public async Task A_roll_back_that_one_node_lacks_is_not_to_be_repeated_on_the_others()
    {
        _nodes.Answers["POST b /api/models/m/rollback"] = (200, Done);
        Assert.Equal(1, await RunAsync("rollback", "m", "--node", "http://a", "--node", "http://b"));
        Assert.Contains(
            "appliance: once that is mended, roll back there alone: appliance models rollback m --node http://a; the same command again would undo it on the others\n", _errors.ToString());
        _errors.GetStringBuilder().Clear();
        _nodes.Answers["POST a /api/models/m/rollback"] = (200, Done);
        Assert.Equal(0, await RunAsync("rollback", "m", "--node", "http://a", "--node", "http://b"));
        Assert.Equal("", _errors.ToString());
    }

    [Fact]
    public async Task Versions_that_share_the_requests_are_shown_as_such()
    {
        _nodes.Answers["GET a /api/models"] = (200, """{"code":200,"data":[{"model":"m","version":4,"state":"READY","reason":"","routed":true,"pinned":true},{"model":"m","version":5,"state":"READY","reason":"","routed":true,"pinned":false},{"model":"n","version":1,"state":"READY","reason":"","routed":true,"pinned":false}],"requestId":"r"}""");
        Assert.Equal(0, await RunAsync("list", "--node", "http://a"));
        Assert.Contains("v4       READY      some requests go to it: appliance traffic get m; pinned\n", _output.ToString());
        Assert.Contains("v5       READY      some requests go to it: appliance traffic get m\n", _output.ToString());
        Assert.Contains("v1       READY      requests go to it\n", _output.ToString());
    }

    [Fact]
    public async Task What_answers_and_is_no_appliance_is_said()
    {
        _nodes.Answers["GET a /api/models"] = (200, "<html>");
        Assert.Equal(1, await RunAsync("list", "--node", "http://a"));
        Assert.Contains("http://a: what answers there is no appliance", _errors.ToString());
    }

    [Fact]
    public async Task The_calls_that_are_printed_are_tried_and_one_that_is_refused_says_so()
    {
        _nodes.Answers["PUT a /api/models/m/versions/5"] = (200, """{"code":200,"data":{"model":"m","version":5,"previousVersion":0,"grpcPort":8001},"requestId":"r"}""");
        _nodes.Answers["GET a /v2/models/m"] = (200, """{"name":"m","inputs":[{"name":"x'","datatype":"INT64","shape":[-1,2]},{"name":"t","datatype":"BYTES","shape":[1]}],"outputs":[]}""");
        _nodes.Answers["POST a /v2/models/m/infer"] = (400, """{"error":"no"}""");
        Assert.Equal(0, await RunAsync("deploy", Graph(), "--name", "m", "--version", "5", "--node", "http://a"));
        Assert.Contains(
            """curl -s http://a/v2/models/m/infer -d '{"inputs":[{"name":"x'\''","datatype":"INT64","shape":[1,2],"data":[0,0]},{"name":"t","datatype":"BYTES","shape":[1],"data":["a"]}]}'      (this example is refused: {"error":"no"})""",
            _output.ToString());
        Assert.Contains("--data-binary @- -o /dev/null -D - http://a:8001/inference.GRPCInferenceService/ModelInfer\n", _output.ToString());
    }

    [Fact]
    public async Task The_calls_that_are_printed_show_what_the_command_showed_and_no_secret()
    {
        Client.CaFile = "ca.pem";
        Client.ApiKeyFile = "ann's.key";
        _nodes.Answers["PUT a /api/models/m/versions/5"] = (200, """{"code":200,"data":{"model":"m","version":5,"previousVersion":0,"grpcPort":8001},"requestId":"r"}""");
        _nodes.Answers["GET a /v2/models/m"] = (200, """{"name":"m","inputs":[{"name":"x","datatype":"INT64","shape":[1]}],"outputs":[]}""");
        _nodes.Answers["POST a /v2/models/m/infer"] = (200, "{}");
        Assert.Equal(0, await RunAsync("deploy", Graph(), "--name", "m", "--version", "5", "--node", "https://a"));
        Assert.Contains("""  curl -s --cacert 'ca.pem' -H "x-api-key: $(cat 'ann'\''s.key')" https://a/v2/models/m/infer -d """, _output.ToString());
        Assert.Contains("""| curl -sS --cacert 'ca.pem' -H "x-api-key: $(cat 'ann'\''s.key')" --http2 -H 'content-type: application/grpc'""", _output.ToString());
    }

    [Fact]
    public async Task A_model_that_is_scored_by_name_is_shown_with_its_features()
    {
        _nodes.Answers["PUT a /api/models/m/versions/5"] = (200, Done);
        _nodes.Answers["GET a /v2/models/m"] = (200, """{"name":"m","inputs":[],"outputs":[]}""");
        _nodes.Answers["POST a /v2/models/m/infer"] = (200, "{}");
        _nodes.Answers["GET a /api/predict/m"] = (200, """{"data":{"features":[{"name":"n","type":"double"},{"name":"s","type":"string"},{"name":"b","type":"bool"},{"name":"d","type":"int64","default":7}]}}""");
        _nodes.Answers["POST a /api/predict/m"] = (200, "{}");
        Assert.Equal(0, await RunAsync("deploy", Graph(), "--name", "m", "--version", "5", "--node", "http://a"));
        Assert.Contains("""  curl -s http://a/api/predict/m -d '{"features":{"n":0,"s":"a","b":false,"d":7}}'""" + "\n", _output.ToString());
    }

    [Theory]
    [InlineData("models has no command; it must be deploy, list, describe, rollback, delete")]
    [InlineData("models 'push' is not a command; it must be deploy", "push")]
    [InlineData("models deploy has no file", "deploy", "--name", "m")]
    [InlineData("--name is missing", "deploy", "f.onnx")]
    [InlineData("--name is '../m'; a model's name does not start with a dot", "deploy", "f.onnx", "--name", "../m")]
    [InlineData("--canary is '0'; it must be a percent above 0 and below 100, in steps of 0.01", "deploy", "f.onnx", "--name", "m", "--canary", "0")]
    [InlineData("--canary is '0.001%'; it must be a percent above 0", "deploy", "f.onnx", "--name", "m", "--canary", "0.001%")]
    [InlineData("--version is '01'; a version has no leading zero", "deploy", "f.onnx", "--name", "m", "--version", "01")]
    [InlineData("--node is 'ftp://x'; it must be the REST address of an appliance", "list", "--node", "ftp://x")]
    [InlineData("--node http://a is given twice", "list", "--node", "http://a", "--node", "http://a")]
    [InlineData("'--version' is not a flag of models", "rollback", "m", "--version", "1")]
    [InlineData("models rollback has no model", "rollback")]
    [InlineData("'n' is one word too many for models delete", "delete", "m", "n")]
    [InlineData("FILE.onnx is 'absent.onnx'; it cannot be read", "deploy", "absent.onnx", "--name", "m")]
    public async Task A_wrong_command_line_is_refused_before_anybody_is_asked(string error, params string[] args)
    {
        Assert.Equal(2, await RunAsync(args));
        Assert.Contains(error, _errors.ToString());
        Assert.Empty(_nodes.Asked);
    }

    [Fact]
    public async Task Files_that_belong_to_the_graph_lie_beside_it()
    {
        var beside = Path.Combine(_folder.Path, "data.bin");
        File.WriteAllText(beside, "weights");
        var (graph, config) = (Graph(), Path.Combine(_folder.Path, "c.txt"));
        File.WriteAllText(config, "name: \"m\"");
        Assert.Equal(2, await RunAsync("deploy", graph, "--name", "m", "--file", Path.Combine(_folder.Path, "..", "x")));
        Assert.Contains("it must lie in", _errors.ToString());
        _nodes.Answers["PUT a /api/models/m/versions/5"] = (200, Done);
        Assert.Equal(0, await RunAsync("deploy", graph, "--name", "m", "--version", "5", "--file", beside, "--config", config, "--node", "http://a"));
        Assert.Contains("name=file; filename=model.onnx", _nodes.LastForm);
        Assert.Contains("name=file; filename=data.bin", _nodes.LastForm);
        Assert.Contains("name=config; filename=config.pbtxt", _nodes.LastForm);
    }

    private Task<int> DeployAsync(params string[] more) => RunAsync(["deploy", Graph(), "--name", "m", "--node", "http://a", "--node", "http://b", .. more]);

    private string Graph()
    {
        var path = Path.Combine(_folder.Path, "graph.onnx");
        File.WriteAllText(path, "graph");
        return path;
    }

    private async Task<int> RunAsync(params string[] args)
    {
        using var http = new HttpClient(_nodes, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        return await new ModelsVerb(http, _output, _errors, TimeProvider.System, Client).RunAsync(args, _stop.Token);
    }

    /// <summary>Nodes by host name. A call without an answer finds nobody there.</summary>
    private sealed class Nodes : HttpMessageHandler
    {
        public Dictionary<string, (int Status, string Body)> Answers { get; } = [];
        public Dictionary<string, Action> On { get; } = [];
        public List<string> Asked { get; } = [];
        public string LastForm { get; private set; } = "";
        public string LastQuery { get; private set; } = "";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var call = $"{request.Method} {request.RequestUri!.Host} {request.RequestUri.AbsolutePath}";
            Asked.Add(call);
            if (request.Method == HttpMethod.Put) LastQuery = request.RequestUri.Query;
            if (On.TryGetValue(call, out var act)) act();
            cancellationToken.ThrowIfCancellationRequested();
            if (request.Content is MultipartFormDataContent form) LastForm = await form.ReadAsStringAsync(cancellationToken);
            if (!Answers.TryGetValue(call, out var answer)) throw new HttpRequestException("nobody is there");
            return new HttpResponseMessage((HttpStatusCode)answer.Status) { Content = new StringContent(answer.Body, Encoding.UTF8, "application/json") };
        }
    }
}
