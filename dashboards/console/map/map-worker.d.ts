/** The address of MapLibre's worker; tools/map-source.ts makes it. */
declare module 'virtual:map-worker' {
  const address: string;
  export default address;
}
