import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';

const domain = fileURLToPath(new URL('../domain/', import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), compression({ algorithms: ['brotliCompress', 'gzip'], threshold: 1024, logLevel: 'silent' })],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The API's Content-Security-Policy allows no data: addresses for fonts and scripts.
    assetsInlineLimit: 0,
    // Smaller than Vite's default by about 3 percent, which every first visit saves.
    minify: 'terser',
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      // What a page imports of the domain has no side effects: the rest of it, such as the tasks' texts, stays out.
      treeshake: { moduleSideEffects: (id) => !id.startsWith(domain) },
    },
  },
});
