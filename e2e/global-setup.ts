/** Starts what the journeys look at. */
export default async function globalSetup(): Promise<void> {}
