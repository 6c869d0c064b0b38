/** What a topic is by its name: the part of the naming rules that every feature asks for. */
export { classifyTopic } from './classify-topic'
