package milena;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka's own producer and consumer, told by lines what to do: what they wrote and what they read is a second opinion. A request's
 * body holds a command a line, its fields parted by tabs; bytes are base64 behind a tilde, nothing at all is a dash. Arguments:
 * bootstrap, port.
 */
public final class PlainClient {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long PATIENCE_MS = 20_000;

  private final String bootstrap;
  private final Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();
  private final Map<String, KafkaConsumer<byte[], byte[]>> consumers = new HashMap<>();

  private PlainClient(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  public static void main(String[] args) throws Exception {
    PlainClient client = new PlainClient(args[0]);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[1])), 0);
    server.createContext("/", client::answer);
    server.start();
    System.out.println("READY");
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, 0);
    OutputStream wide = new BufferedOutputStream(exchange.getResponseBody(), 1 << 16);
    try (PrintStream out = new PrintStream(wide, false, StandardCharsets.UTF_8)) {
      try {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (String line : body.split("\n")) run(line.split("\t", -1), sent, out);
        for (Future<RecordMetadata> one : sent) line(out, "sent", offsetOf(one));
        line(out, "done");
      } catch (Exception | Error error) {
        line(out, "failed", error);
      }
    }
  }

  private static void line(PrintStream out, Object... words) {
    for (int i = 0; i < words.length; i++) out.append(i == 0 ? "" : "\t").append(String.valueOf(words[i]));
    out.append('\n');
  }

  private void run(String[] words, List<Future<RecordMetadata>> sent, PrintStream out) {
    switch (words[0]) {
      case "producer" -> open(words);
      case "begin" -> producers.get(words[1]).beginTransaction();
      case "commit" -> producers.get(words[1]).commitTransaction();
      case "abort" -> producers.get(words[1]).abortTransaction();
      case "flush" -> producers.get(words[1]).flush();
      case "close" -> producers.remove(words[1]).close(Duration.ofSeconds(5));
      case "send" -> sent.add(producers.get(words[1]).send(record(words)));
      case "read" -> readAgain(words[1], words[2], out);
      case "times" -> times(words, out);
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  /** producer, name, then names and values of its configuration. */
  private void open(String[] words) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", bootstrap);
    for (int i = 2; i + 1 < words.length; i += 2) config.put(words[i], words[i + 1]);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    if (config.containsKey("transactional.id")) producer.initTransactions();
    producers.put(words[1], producer);
  }

  /** send, producer, topic, partition, timestamp, key, value, then names and values of headers. */
  private static ProducerRecord<byte[], byte[]> record(String[] words) {
    Long timestamp = words[4].equals("-") ? null : Long.valueOf(words[4]);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(words[2], Integer.valueOf(words[3]), timestamp, bytes(words[5]), bytes(words[6]));
    for (int i = 7; i + 1 < words.length; i += 2)
      record.headers().add(new String(bytes(words[i]), StandardCharsets.UTF_8), bytes(words[i + 1]));
    return record;
  }

  /** -1 for what was given up before it left, as a transaction that is aborted does with it. */
  private static long offsetOf(Future<RecordMetadata> sent) {
    try {
      return sent.get().offset();
    } catch (Exception error) {
      return -1;
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    return consumers.computeIfAbsent(isolation, level -> new KafkaConsumer<>(
        Map.of("bootstrap.servers", bootstrap, "isolation.level", level, "max.poll.records", "5000",
            "fetch.max.wait.ms", "20", "auto.offset.reset", "none", "allow.auto.create.topics", "false"),
        new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic).stream().map(one -> new TopicPartition(topic, one.partition())).toList();
  }

  /** From the beginning again when that was deleted meanwhile: what was said before does not count. */
  private void readAgain(String topic, String isolation, PrintStream out) {
    for (int triesLeft = 10; ; triesLeft--) {
      try {
        read(topic, isolation, out);
        return;
      } catch (OffsetOutOfRangeException expired) {
        if (triesLeft == 0) throw expired;
        line(out, "again");
      }
    }
  }

  /** All that a consumer of this isolation sees, and where each partition begins and ends for it. */
  private void read(String topic, String isolation, PrintStream out) {
    KafkaConsumer<byte[], byte[]> consumer = consumer(isolation);
    List<TopicPartition> all = partitions(consumer, topic);
    consumer.assign(all);
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(all);
    Map<TopicPartition, Long> ends = consumer.endOffsets(all);
    for (TopicPartition one : all) {
      line(out, "range", one.partition(), starts.get(one), ends.get(one));
      consumer.seek(one, starts.get(one));
    }
    long startedAt = System.currentTimeMillis();
    while (all.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
      if (System.currentTimeMillis() - startedAt > PATIENCE_MS) throw new IllegalStateException("the end does not come");
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL))
        if (record.offset() < ends.get(new TopicPartition(topic, record.partition()))) print(record, out);
    }
    consumer.unsubscribe();
  }

  private static void print(ConsumerRecord<byte[], byte[]> record, PrintStream out) {
    List<Object> words = new ArrayList<>(List.of("record", record.partition(), record.offset(), record.timestamp()));
    words.addAll(List.of(record.timestampType().name, text(record.key()), text(record.value())));
    for (Header header : record.headers())
      words.addAll(List.of(text(header.key().getBytes(StandardCharsets.UTF_8)), text(header.value())));
    line(out, words.toArray());
  }

  /** times, topic, isolation, then times in milliseconds: of each partition the first offset at or after them. */
  private void times(String[] words, PrintStream out) {
    KafkaConsumer<byte[], byte[]> consumer = consumer(words[2]);
    List<TopicPartition> all = partitions(consumer, words[1]);
    for (int i = 3; i < words.length; i++) {
      Map<TopicPartition, Long> asked = new HashMap<>();
      for (TopicPartition one : all) asked.put(one, Long.valueOf(words[i]));
      for (var found : consumer.offsetsForTimes(asked).entrySet())
        line(out, "time", words[i], found.getKey().partition(), found.getValue() == null ? "-" : found.getValue().offset());
    }
  }

  private static byte[] bytes(String word) {
    return word.equals("-") ? null : Base64.getDecoder().decode(word.substring(1));
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "-" : "~" + Base64.getEncoder().encodeToString(bytes);
  }
}
