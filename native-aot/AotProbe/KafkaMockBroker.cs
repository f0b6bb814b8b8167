using System.Runtime.InteropServices;

namespace AotProbe;

/// <summary>A mock broker of librdkafka's own with topics of one partition.</summary>
internal sealed class KafkaMockBroker : IDisposable
{
    private const string Library = "centos8-librdkafka";

    private readonly IntPtr _client;
    private readonly IntPtr _cluster;

    public KafkaMockBroker(params string[] topics)
    {
        _client = rd_kafka_new(0, IntPtr.Zero, new byte[512], 512);
        _cluster = rd_kafka_mock_cluster_new(_client, 1);
        rd_kafka_mock_group_initial_rebalance_delay_ms(_cluster, 0);
        foreach (var topic in topics) Expect.Equal(0, rd_kafka_mock_topic_create(_cluster, topic, 1, 1), "topic");
    }

    public string BootstrapServers => Marshal.PtrToStringUTF8(rd_kafka_mock_cluster_bootstraps(_cluster))!;

    public void Dispose()
    {
        rd_kafka_mock_cluster_destroy(_cluster);
        rd_kafka_destroy(_client);
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
}
