import { useEffect, useState } from 'react';
import type { Snapshot } from '../view.ts';

export interface Live {
  snapshot: Snapshot | undefined;
  /** Is what is shown up to date? */
  connected: boolean;
}

/** The server's state, pushed by server-sent events; the browser reconnects by itself. */
export function useSnapshot(): Live {
  const [live, setLive] = useState<Live>({ snapshot: undefined, connected: false });
  useEffect(() => {
    const source = new EventSource('/api/events');
    source.onmessage = ({ data }: MessageEvent<string>) =>
      setLive({ snapshot: JSON.parse(data) as Snapshot, connected: true });
    source.onerror = () => setLive((before) => ({ ...before, connected: false }));
    return () => source.close();
  }, []);
  return live;
}
