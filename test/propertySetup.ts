import { configureProperties } from './propertyRuns.js';

configureProperties();
