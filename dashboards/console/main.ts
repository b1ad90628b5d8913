/** Starts the console: the theme first, then the configuration, then the line to the desk. */
import '../shared/tokens.css';
import '../shared/base.css';
import { mount } from 'svelte';
import { chosenTheme, wearTheme } from '../shared/theme';
import Start from './Start.svelte';

wearTheme(chosenTheme());
mount(Start, { target: document.body });
