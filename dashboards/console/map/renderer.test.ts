import { expect, it } from 'vitest';
import { chooseGraphics } from './renderer';

it.each([
  'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)',
  'llvmpipe (LLVM 15.0.7, 256 bits)',
  'Microsoft Basic Render Driver',
])('%s draws plainly, and says why', (renderer) => {
  expect(chooseGraphics(renderer, null, false)).toEqual({
    graphics: 'low',
    why: 'this machine has no graphics card for it',
  });
  expect(chooseGraphics(renderer, 'full', false).graphics).toBe('full');
});

it('a graphics card draws in full, unless somebody wants otherwise', () => {
  const card = 'ANGLE (NVIDIA, GeForce RTX 3060)';
  expect(chooseGraphics(card, null, false)).toEqual({ graphics: 'full', why: '' });
  expect(chooseGraphics(card, 'low', false).why).toBe('you chose it');
});

it('no WebGL and forced colours leave no choice', () => {
  expect(chooseGraphics(null, 'full', false).why).toContain('no WebGL 2');
  expect(chooseGraphics('GeForce', 'full', true).why).toContain('your system');
});
