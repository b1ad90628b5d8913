/** Starts the sign-in page. */
import '../shared/tokens.css';
import '../shared/base.css';
import { mount } from 'svelte';
import { chosenTheme, wearTheme } from '../shared/theme';
import SignIn from './SignIn.svelte';

wearTheme(chosenTheme());
mount(SignIn, { target: document.body });
