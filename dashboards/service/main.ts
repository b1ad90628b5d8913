/** Starts the page of figures. */
import '../shared/tokens.css';
import '../phone/phone.css';
import '../phone/controls.css';
import '../phone/receipt.css';
import { mount } from 'svelte';
import { chosenTheme, wearTheme } from '../shared/theme';
import Service from './Service.svelte';

wearTheme(chosenTheme());
mount(Service, { target: document.body });
