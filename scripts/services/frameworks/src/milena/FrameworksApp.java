package milena;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.connect.cli.ConnectStandalone;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;

/**
 * A Kafka Streams service and a Kafka Connect worker as people run them, with dead-letter queues. The service passes `<name>-in` on to
 * `<name>-out` and throws on a value that says `refuse`. Connect has two sinks that write their topic's JSON into a file after making
 * `amount` a number: the dead letters of `<name>-sink` (`<name>-sink-dlq`) say where they came from, those of `<name>-bare`
 * (`<name>-warehouse.dlq`) do not, and neither does their name.
 * Arguments: bootstrap, name, folder for the files `sink.txt` and `bare.txt`.
 */
public final class FrameworksApp {
  private FrameworksApp() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    String bootstrap = args[0];
    String name = args[1];
    Path dir = Path.of(args[2]);
    Files.createDirectories(dir.resolve("plugins"));
    KafkaStreams streams = streams(bootstrap, name, dir);
    streams.setStateListener((now, before) -> {
      if (now == KafkaStreams.State.RUNNING) System.out.println("READY");
    });
    streams.start();
    new ConnectStandalone(
            write(dir, "worker", worker(bootstrap, dir)),
            write(dir, "sink", sink(name + "-sink", name + "-sink-dlq", dir.resolve("sink.txt"), true)),
            write(dir, "bare", sink(name + "-bare", name + "-warehouse.dlq", dir.resolve("bare.txt"), false)))
        .run();
  }

  static KafkaStreams streams(String bootstrap, String name, Path dir) {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, name + "-service");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    config.put(StreamsConfig.STATE_DIR_CONFIG, dir.resolve("state").toString());
    config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
    config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 500);
    config.put("consumer.isolation.level", "read_committed");
    config.put("errors.dead.letter.queue.topic.name", name + "-in-dlq");
    config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueProcessingExceptionHandler.class);
    config.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
    StreamsBuilder topology = new StreamsBuilder();
    topology.<String, String>stream(name + "-in").mapValues(FrameworksApp::charge).to(name + "-out");
    return new KafkaStreams(topology.build(), config);
  }

  /** What the service does: the bank refuses some. */
  static String charge(String value) {
    if (value.contains("refuse")) throw new IllegalStateException("limit of 100 exceeded");
    return value;
  }

  static Map<String, String> worker(String bootstrap, Path dir) {
    return Map.ofEntries(
        Map.entry("bootstrap.servers", bootstrap),
        Map.entry("listeners", "http://127.0.0.1:0"),
        Map.entry("plugin.path", dir.resolve("plugins").toString()),
        Map.entry("plugin.discovery", "service_load"),
        Map.entry("offset.storage.file.filename", dir.resolve("offsets").toString()),
        Map.entry("offset.flush.interval.ms", "500"),
        Map.entry("task.shutdown.graceful.timeout.ms", "500"),
        Map.entry("consumer.isolation.level", "read_committed"),
        Map.entry("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
        Map.entry("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
        Map.entry("value.converter.schemas.enable", "false"));
  }

  static Map<String, String> sink(String topic, String letters, Path file, boolean withContext) {
    return Map.ofEntries(
        Map.entry("name", topic + "-connector"),
        Map.entry("connector.class", "FileStreamSink"),
        Map.entry("tasks.max", "1"),
        Map.entry("topics", topic),
        Map.entry("file", file.toString()),
        Map.entry("transforms", "number"),
        Map.entry("transforms.number.type", "org.apache.kafka.connect.transforms.Cast$Value"),
        Map.entry("transforms.number.spec", "amount:int32"),
        Map.entry("errors.tolerance", "all"),
        Map.entry("errors.deadletterqueue.topic.name", letters),
        Map.entry("errors.deadletterqueue.topic.replication.factor", "1"),
        Map.entry("errors.deadletterqueue.context.headers.enable", String.valueOf(withContext)));
  }

  static String write(Path dir, String name, Map<String, String> config) throws IOException {
    Properties properties = new Properties();
    properties.putAll(config);
    Path file = dir.resolve(name + ".properties");
    try (var out = Files.newOutputStream(file)) {
      properties.store(out, null);
    }
    return file.toString();
  }
}
