using System.Runtime.InteropServices;
using System.Text;

namespace TestKit;

/// <summary>
/// librdkafka's own mock brokers, which speak Kafka's protocol over loopback: topics, groups, and errors when a test wants them. Disposing it ends the brokers.
/// </summary>
public sealed class KafkaMockCluster : IDisposable
{
    // The build of the package that needs nothing but glibc; the other wants libsasl2.so.3, which Debian has not.
    private const string Library = "centos8-librdkafka";
    private const int Producer = 0;

    // Numbers of Kafka's protocol.
    public const short ProduceRequest = 0;
    public const short FetchRequest = 1;
    public const short JoinGroupRequest = 11;

    private readonly IntPtr _client;
    private readonly IntPtr _cluster;

    public KafkaMockCluster(int brokers)
    {
        var error = new byte[512];
        _client = rd_kafka_new(Producer, IntPtr.Zero, error, error.Length);
        if (_client == IntPtr.Zero) throw new InvalidOperationException(Encoding.UTF8.GetString(error));
        _cluster = rd_kafka_mock_cluster_new(_client, brokers);
        if (_cluster == IntPtr.Zero) throw new InvalidOperationException("the mock cluster was not made");
        rd_kafka_mock_group_initial_rebalance_delay_ms(_cluster, 0);
    }

    public string BootstrapServers => Marshal.PtrToStringUTF8(rd_kafka_mock_cluster_bootstraps(_cluster))!;

    public void CreateTopic(string topic, int partitions) => Check(rd_kafka_mock_topic_create(_cluster, topic, partitions, 1));

    /// <summary>The next requests of that kind to a broker are answered with these errors.</summary>
    public void PushErrors(short request, params int[] codes) => rd_kafka_mock_push_request_errors_array(_cluster, request, codes.Length, codes);

    public void SetBroker(int broker, bool isUp) => Check(isUp ? rd_kafka_mock_broker_set_up(_cluster, broker) : rd_kafka_mock_broker_set_down(_cluster, broker));

    /// <summary>Every request for the topic is answered with that error; 0 for none.</summary>
    public void SetTopicError(string topic, int code) => rd_kafka_mock_topic_set_error(_cluster, topic, code);

    /// <summary>Removes messages before an offset, as retention does.</summary>
    public void DeleteRecords(string topic, int partition, long before) => Check(rd_kafka_mock_partition_delete_records(_cluster, topic, partition, before));

    public void Dispose()
    {
        rd_kafka_mock_cluster_destroy(_cluster);
        rd_kafka_destroy(_client);
    }

    private static void Check(int error)
    {
        if (error != 0) throw new InvalidOperationException($"the mock cluster gives error {error}");
    }

    [DllImport(Library)]
    private static extern IntPtr rd_kafka_new(int type, IntPtr configuration, byte[] error, nint errorBytes);

    [DllImport(Library)]
    private static extern void rd_kafka_destroy(IntPtr client);

    [DllImport(Library)]
    private static extern IntPtr rd_kafka_mock_cluster_new(IntPtr client, int brokers);

    [DllImport(Library)]
    private static extern void rd_kafka_mock_cluster_destroy(IntPtr cluster);

    [DllImport(Library)]
    private static extern IntPtr rd_kafka_mock_cluster_bootstraps(IntPtr cluster);

    [DllImport(Library)]
    private static extern void rd_kafka_mock_group_initial_rebalance_delay_ms(IntPtr cluster, int delay);

    [DllImport(Library)]
    private static extern int rd_kafka_mock_topic_create(IntPtr cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partitions, int replicas);

    [DllImport(Library)]
    private static extern void rd_kafka_mock_topic_set_error(IntPtr cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int error);

    [DllImport(Library)]
    private static extern void rd_kafka_mock_push_request_errors_array(IntPtr cluster, short request, nint count, int[] errors);

    [DllImport(Library)]
    private static extern int rd_kafka_mock_broker_set_down(IntPtr cluster, int broker);

    [DllImport(Library)]
    private static extern int rd_kafka_mock_broker_set_up(IntPtr cluster, int broker);

    [DllImport(Library)]
    private static extern int rd_kafka_mock_partition_delete_records(IntPtr cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partition, long before);
}
