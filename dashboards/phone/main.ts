/** Starts the phone page: what is kept first, then the desk. */
import '../shared/tokens.css';
import './phone.css';
import './controls.css';
import './receipt.css';
import './discreet.css';
import { mount } from 'svelte';
import { chosenTheme, wearTheme } from '../shared/theme';
import Start from './Start.svelte';

wearTheme(chosenTheme());
mount(Start, { target: document.body });
