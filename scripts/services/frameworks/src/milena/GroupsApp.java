package milena;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * Members of the groups that are no plain consumers: a Kafka Streams service on the streams protocol (KIP-1071), which passes `<name>-in`
 * through a topic of its own, keyed anew, to `<name>-out`; and a distributed Connect worker, group `<name>-workers`, that takes
 * connectors by REST. Arguments: bootstrap, name, folder, port of Connect.
 */
public final class GroupsApp {
  private GroupsApp() {}

  public static void main(String[] args) throws Exception {
    String bootstrap = args[0];
    String name = args[1];
    Path dir = Path.of(args[2]);
    Files.createDirectories(dir.resolve("plugins"));
    KafkaStreams streams = streams(bootstrap, name, dir);
    streams.setStateListener((now, before) -> {
      if (now == KafkaStreams.State.RUNNING) System.out.println("READY");
    });
    streams.start();
    Path worker = dir.resolve("worker.properties");
    try (var out = Files.newOutputStream(worker)) {
      worker(bootstrap, name, dir, args[3]).store(out, null);
    }
    new ConnectDistributed(worker.toString()).run();
  }

  static KafkaStreams streams(String bootstrap, String name, Path dir) {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, name + "-service");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    config.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "streams");
    config.put(StreamsConfig.STATE_DIR_CONFIG, dir.resolve("state").toString());
    config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
    config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200);
    StreamsBuilder topology = new StreamsBuilder();
    topology.<String, String>stream(name + "-in")
        .selectKey((key, value) -> value)
        .repartition(Repartitioned.as("by-value"))
        .to(name + "-out");
    return new KafkaStreams(topology.build(), config);
  }

  static Properties worker(String bootstrap, String name, Path dir, String port) {
    Properties config = new Properties();
    config.putAll(Map.ofEntries(
        Map.entry("bootstrap.servers", bootstrap),
        Map.entry("group.id", name + "-workers"),
        Map.entry("listeners", "http://127.0.0.1:" + port),
        Map.entry("plugin.path", dir.resolve("plugins").toString()),
        Map.entry("plugin.discovery", "service_load"),
        Map.entry("config.storage.topic", name + "-connect-configs"),
        Map.entry("offset.storage.topic", name + "-connect-offsets"),
        Map.entry("status.storage.topic", name + "-connect-status"),
        Map.entry("config.storage.replication.factor", "1"),
        Map.entry("offset.storage.replication.factor", "1"),
        Map.entry("status.storage.replication.factor", "1"),
        Map.entry("offset.storage.partitions", "1"),
        Map.entry("status.storage.partitions", "1"),
        Map.entry("offset.flush.interval.ms", "500"),
        Map.entry("task.shutdown.graceful.timeout.ms", "500"),
        Map.entry("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
        Map.entry("value.converter", "org.apache.kafka.connect.storage.StringConverter")));
    return config;
  }
}
