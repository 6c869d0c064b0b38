package milena;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafka;
import org.springframework.kafka.annotation.EnableKafkaRetryTopic;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.retrytopic.RetryTopicConfiguration;
import org.springframework.kafka.retrytopic.RetryTopicConfigurationBuilder;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.util.backoff.FixedBackOff;

/**
 * A Spring Kafka service with two listeners: one whose error handler publishes to `<topic>-dlt` after two tries, one with retry topics.
 * While it is ill every record that says so fails; healed it takes all. One line on standard output tells each delivery:
 * `TAKEN <listener> <topic> <partition> <offset> <key> <value> <header names>`, and FAILED the same.
 * Arguments: bootstrap, topic of the recoverer, topic of the retries, group, ill or healed.
 */
public final class SpringApp {
  static String bootstrap;
  static String plainTopic;
  static String retryTopic;
  static String group;
  static boolean ill;

  private SpringApp() {}

  public static void main(String[] args) throws InterruptedException {
    bootstrap = args[0];
    plainTopic = args[1];
    retryTopic = args[2];
    group = args[3];
    ill = args[4].equals("ill");
    System.setProperty("plain.topic", plainTopic);
    System.setProperty("retry.topic", retryTopic);
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Beans.class)) {
      System.out.println("READY");
      Thread.currentThread().join();
    }
  }

  /** What every listener does: the bank refuses cards while the service is ill. */
  static void take(String listener, ConsumerRecord<byte[], byte[]> record) {
    String value = text(record.value());
    boolean fails = ill && value.contains("refuse");
    System.out.println(
        String.join(
            " ",
            fails ? "FAILED" : "TAKEN",
            listener,
            record.topic(),
            String.valueOf(record.partition()),
            String.valueOf(record.offset()),
            text(record.key()),
            value,
            names(record)));
    if (fails) throw new CardRefused("card " + record.offset() + " refused", new IllegalStateException("limit of 100 exceeded"));
  }

  static String names(ConsumerRecord<byte[], byte[]> record) {
    StringBuilder names = new StringBuilder();
    for (Header header : record.headers()) names.append(names.isEmpty() ? "" : ",").append(header.key());
    return names.isEmpty() ? "-" : names.toString();
  }

  static String text(byte[] bytes) {
    return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
  }

  /** What the service throws, with a cause as real ones have. */
  public static final class CardRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CardRefused(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The listener behind the recoverer. */
  public static class Payments {
    @KafkaListener(topics = "#{systemProperties['plain.topic']}", containerFactory = "plainFactory")
    public void onOrder(ConsumerRecord<byte[], byte[]> record) {
      take("plain", record);
    }
  }

  /** The listener with retry topics. */
  public static class Shipments {
    @KafkaListener(topics = "#{systemProperties['retry.topic']}", containerFactory = "retryFactory")
    public void onOrder(ConsumerRecord<byte[], byte[]> record) {
      take("retry", record);
    }
  }

  /** Everything that the service is made of. */
  @Configuration
  @EnableKafka
  @EnableKafkaRetryTopic
  public static class Beans {
    @Bean
    KafkaAdmin kafkaAdmin() {
      Map<String, Object> config = new HashMap<>();
      config.put("bootstrap.servers", bootstrap);
      return new KafkaAdmin(config);
    }

    @Bean
    KafkaTemplate<byte[], byte[]> kafkaTemplate() {
      Map<String, Object> config = new HashMap<>();
      config.put("bootstrap.servers", bootstrap);
      return new KafkaTemplate<>(
          new DefaultKafkaProducerFactory<>(config, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    ConsumerFactory<byte[], byte[]> consumers(String suffix) {
      Map<String, Object> config = new HashMap<>();
      config.put("bootstrap.servers", bootstrap);
      config.put("group.id", group + suffix);
      config.put("auto.offset.reset", "earliest");
      config.put("isolation.level", "read_committed");
      config.put("metadata.max.age.ms", 1000);
      return new DefaultKafkaConsumerFactory<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Bean
    ConcurrentKafkaListenerContainerFactory<byte[], byte[]> plainFactory(KafkaTemplate<byte[], byte[]> template) {
      ConcurrentKafkaListenerContainerFactory<byte[], byte[]> factory = new ConcurrentKafkaListenerContainerFactory<>();
      factory.setConsumerFactory(consumers("-plain"));
      factory.setCommonErrorHandler(
          new DefaultErrorHandler(new DeadLetterPublishingRecoverer(template), new FixedBackOff(50, 1)));
      return factory;
    }

    @Bean
    ConcurrentKafkaListenerContainerFactory<byte[], byte[]> retryFactory() {
      ConcurrentKafkaListenerContainerFactory<byte[], byte[]> factory = new ConcurrentKafkaListenerContainerFactory<>();
      factory.setConsumerFactory(consumers("-retry"));
      return factory;
    }

    @Bean
    RetryTopicConfiguration retries(KafkaTemplate<byte[], byte[]> template) {
      return RetryTopicConfigurationBuilder.newInstance()
          .fixedBackOff(200)
          .maxAttempts(3)
          .useSingleTopicForSameIntervals()
          .doNotAutoCreateRetryTopics()
          .includeTopics(List.of(retryTopic))
          .create(template);
    }

    @Bean
    TaskScheduler scheduler() {
      return new ThreadPoolTaskScheduler();
    }

    @Bean
    Payments payments() {
      return new Payments();
    }

    @Bean
    Shipments shipments() {
      return new Shipments();
    }
  }
}
