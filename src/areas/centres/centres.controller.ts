/** Centres and their windows, posts with their staff and powers: `/v1/centres`, `/v1/posts`. */
import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { centreWindows, posts } from '../../../projections/centres.js';
import { Action, At, By } from '../../http/by.js';
import { type Asked, filtersIn, idIn, PAGES, pageIn, Takes } from '../../http/parameters.js';
import { Problem } from '../../http/problems.js';
import { Commands } from '../../ledger/commands.js';
import { Reader } from '../../read/reader.js';
import * as bodies from './centres.dto.js';
import { centre } from './centre.js';
import { post } from './post.js';

@Controller('v1/centres')
export class CentresController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  @Post(':id')
  @Action('centre.RegisterCentre')
  register(@Param('id') id: string, @Body() data: bodies.RegisterCentreBody, @By() by: By) {
    return this.commands.send(centre, idIn('id', id), { type: 'RegisterCentre', data }, by);
  }
  @Post(':id/windows')
  @Action('centre.OpenWindow')
  open(@Param('id') id: string, @Body() data: bodies.OpenWindowBody, @By() by: By) {
    return this.commands.send(centre, idIn('id', id), { type: 'OpenWindow', data }, by);
  }
  @Post(':id/windows/closures')
  @Action('centre.CloseWindow')
  close(@Param('id') id: string, @Body() data: bodies.CloseWindowBody, @By() by: By) {
    return this.commands.send(centre, idIn('id', id), { type: 'CloseWindow', data }, by);
  }

  @Get()
  @Takes('centre', 'window', 'org', ...PAGES)
  @Action('centres.read')
  list(@Query() asked: Asked, @At() at: At) {
    const where = filtersIn(asked, ['centre', 'window', 'org']);
    return this.reader.find(centreWindows, where, { ...at, ...pageIn(asked) });
  }
  @Get(':id')
  @Action('centres.read')
  async centre(@Param('id') id: string, @At() at: At) {
    const where = { centre: idIn('id', id) };
    const { rows } = await this.reader.find(centreWindows, where, { ...at, limit: 1000 });
    if (rows.length === 0) throw new Problem('not-found');
    const { rows: there } = await this.reader.find(posts, where, { ...at, limit: 1000 });
    return {
      centre: rows.find(({ window }) => window === '') ?? null,
      windows: rows.filter((row) => row.window !== ''),
      posts: there,
    };
  }
  @Get(':id/why')
  @Action('centres.read')
  why(@Param('id') id: string, @Query() asked: Asked, @At() at: At) {
    return this.reader.why(centreWindows, { centre: idIn('id', id) }, { ...at, ...pageIn(asked) });
  }
  @Get(':id/next')
  @Action('centres.read')
  next(@Param('id') id: string, @By() by: By) {
    return this.commands.next(centre, idIn('id', id), by.context, by.roles);
  }
}

@Controller('v1/posts')
export class PostsController {
  constructor(
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Reader) private readonly reader: Reader,
  ) {}

  @Post(':id')
  @Action('post.CreatePost')
  create(@Param('id') id: string, @Body() data: bodies.CreatePostBody, @By() by: By) {
    return this.commands.send(post, idIn('id', id), { type: 'CreatePost', data }, by);
  }
  @Post(':id/retirements')
  @Action('post.RetirePost')
  retire(@Param('id') id: string, @Body() data: bodies.RetirePostBody, @By() by: By) {
    return this.commands.send(post, idIn('id', id), { type: 'RetirePost', data }, by);
  }
  @Post(':id/postings')
  @Action('post.PostStaff')
  staff(@Param('id') id: string, @Body() data: bodies.PostStaffBody, @By() by: By) {
    return this.commands.send(post, idIn('id', id), { type: 'PostStaff', data } as never, by);
  }
  @Post(':id/returns')
  @Action('post.ReturnStaff')
  sendBack(@Param('id') id: string, @Body() data: bodies.ReturnStaffBody, @By() by: By) {
    return this.commands.send(post, idIn('id', id), { type: 'ReturnStaff', data } as never, by);
  }
  @Post(':id/covers')
  @Action('post.StartCover')
  cover(@Param('id') id: string, @Body() data: bodies.StartCoverBody, @By() by: By) {
    return this.commands.send(post, idIn('id', id), { type: 'StartCover', data } as never, by);
  }
  @Post(':id/covers/ends')
  @Action('post.EndCover')
  uncover(@Param('id') id: string, @Body() data: bodies.EndCoverBody, @By() by: By) {
    return this.commands.send(post, idIn('id', id), { type: 'EndCover', data } as never, by);
  }
  @Post(':id/powers')
  @Action('post.GrantPowers')
  grant(@Param('id') id: string, @Body() data: bodies.GrantPowersBody, @By() by: By) {
    return this.commands.send(post, idIn('id', id), { type: 'GrantPowers', data }, by);
  }
  @Post(':id/powers/revocations')
  @Action('post.RevokePowers')
  revoke(@Param('id') id: string, @Body() data: bodies.RevokePowersBody, @By() by: By) {
    return this.commands.send(post, idIn('id', id), { type: 'RevokePowers', data }, by);
  }

  @Get()
  @Takes('centre', 'window', 'org', 'status', ...PAGES)
  @Action('centres.read')
  list(@Query() asked: Asked, @At() at: At) {
    const where = filtersIn(asked, ['centre', 'window', 'org', 'status']);
    return this.reader.find(posts, where, { ...at, ...pageIn(asked) });
  }
  @Get(':id')
  @Action('centres.read')
  async post(@Param('id') id: string, @At() at: At) {
    const row = await this.reader.get(posts, idIn('id', id), at);
    if (!row) throw new Problem('not-found');
    return row;
  }
  @Get(':id/why')
  @Action('centres.read')
  why(@Param('id') id: string, @At() at: At) {
    return this.reader.why(posts, idIn('id', id), at);
  }
  @Get(':id/next')
  @Action('centres.read')
  next(@Param('id') id: string, @By() by: By) {
    return this.commands.next(post, idIn('id', id), by.context, by.roles);
  }
}
